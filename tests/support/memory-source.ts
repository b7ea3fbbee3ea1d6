import { createInlineDecoder } from '../../electron/core/codecs/inline-decoder.ts'
import type { Journal } from '../../electron/core/journal/journal.ts'
import { createMemoryJournal } from '../../electron/core/journal/memory-journal.ts'
import type { ChangeTarget, Changes } from '../../electron/core/sessions/changes.ts'
import { createChanges } from '../../electron/core/sessions/changes.ts'
import { storedPlace } from '../../electron/core/sessions/layers.ts'
import type { SessionSettings, SessionSource } from '../../electron/core/sessions/session-source.ts'
import { DEFAULT_SETTINGS } from '../../electron/core/sessions/session-source.ts'
import type { MemoryRow } from '../../electron/core/stores/memory/memory-store.ts'
import { createMemoryStore } from '../../electron/core/stores/memory/memory-store.ts'
import type { Keyring } from '../../electron/core/codecs/decoder.ts'
import type { StoreCapabilities, StorePayload } from '../../shared/model/store.ts'

export interface MemorySource {
  readonly rows: Map<string, MemoryRow>
  readonly source: SessionSource
  readonly target: ChangeTarget
  readonly journal: Journal
  readonly changes: Changes
}

/** A source of any kind over a map, and what changes it. */
export function memorySource(options: { readonly now: number; readonly payload?: StorePayload; readonly capabilities?: Partial<StoreCapabilities>; readonly settings?: Partial<SessionSettings>; readonly keyring?: Keyring }): MemorySource {
  const { now, payload = { kind: 'session-text' }, capabilities = {}, keyring = [] } = options
  const rows = new Map<string, MemoryRow>()
  const settings = { ...DEFAULT_SETTINGS, ...options.settings }
  const expiry = capabilities.expiry ?? 'column'
  const source: SessionSource = { store: createMemoryStore(rows, { payload, capabilities }), decoder: createInlineDecoder(), settings, keyring, owners: null, payload, expiry, filter: capabilities.filter ?? ['key', 'expires', 'size'], hasNaiveDates: expiry === 'column' }
  const journal = createMemoryJournal()
  let ids = 0
  return {
    rows, source,
    target: { sourceId: 's1', target: { kind: 'url', url: 'memory://' }, table: 'memory', place: storedPlace(settings.engine, payload), cache: null, source, canDelete: capabilities.delete ?? true, readOnlyReason: null, isLocked: false, notLocalReason: null },
    journal,
    changes: createChanges({ journal, clock: () => now, newId: () => `id${ids++}` }),
  }
}
