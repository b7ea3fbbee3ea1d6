import type { AppFacts, Preferences } from '../../../shared/model/app.ts'
import type { Decoder } from '../../core/codecs/decoder.ts'
import type { Journal } from '../../core/journal/journal.ts'
import type { Changes } from '../../core/sessions/changes.ts'
import type { Clock } from '../../core/sessions/session-source.ts'
import type { RecentSources } from '../../core/sources/recent-sources.ts'
import type { SourceRegistry } from '../../core/sources/source-registry.ts'
import type { StateFile } from '../../core/sources/state-file.ts'

/** All that handlers stand on; built once, in `electron/app/compose.ts`. */
export interface Services {
  readonly facts: AppFacts
  readonly clock: Clock
  readonly preferences: StateFile<Preferences>
  readonly recent: RecentSources
  readonly registry: SourceRegistry
  readonly decoder: Decoder
  readonly journal: Journal
  readonly changes: Changes
  /** The system's own open dialog; null where there is none. */
  readonly chooseFile: (() => Promise<string | null>) | null
}
