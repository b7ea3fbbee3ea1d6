import type { AppFacts, Preferences } from '../../../shared/model/app.ts'
import type { Cleanup } from '../../core/cleanup/cleanup.ts'
import type { Decoder } from '../../core/codecs/decoder.ts'
import type { Creations } from '../../core/journal/creations.ts'
import type { Journal } from '../../core/journal/journal.ts'
import type { Changes } from '../../core/sessions/changes.ts'
import type { Clock } from '../../core/sessions/session-source.ts'
import type { SourceTarget } from '../../../shared/model/source.ts'
import type { PlaceLabels } from '../../core/sources/place-labels.ts'
import type { Projects } from '../../core/sources/projects.ts'
import type { RecentSources } from '../../core/sources/recent-sources.ts'
import type { ConnectionList } from '../../core/sources/saved-connections.ts'
import type { ResolvedTarget, SourceRegistry } from '../../core/sources/source-types.ts'
import type { TestParts } from '../../core/sources/test-place.ts'
import type { StateFile } from '../../core/util/state-file.ts'
import type { Vault } from '../../core/vault/vault.ts'

/** All that handlers stand on; built once, in `electron/app/compose.ts`. */
export interface Services {
  readonly facts: AppFacts
  readonly clock: Clock
  readonly preferences: StateFile<Preferences>
  readonly recent: RecentSources
  readonly registry: SourceRegistry
  readonly saved: ConnectionList
  readonly labels: PlaceLabels
  readonly vault: Vault
  readonly projects: Projects
  readonly testing: TestParts
  readonly newId: () => string
  /** What a target means, with the label that people gave it. Opens nothing but the demo. */
  readonly resolve: (target: SourceTarget, signal: AbortSignal) => Promise<ResolvedTarget>
  readonly decoder: Decoder
  /** Somebody is about to open a source: starts what that would wait for. */
  warm(): void
  readonly journal: Journal
  /** Sessions that Coatcheck has made. */
  readonly creations: Creations
  readonly changes: Changes
  readonly cleanup: Cleanup
  /** The system's own open dialog; null where there is none. */
  readonly chooseFile: (() => Promise<string | null>) | null
}
