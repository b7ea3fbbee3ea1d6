import { z } from 'zod'
import type { SerializedError } from '../errors.ts'
import { QUERY_CHARS } from '../query/ast.ts'
import { COLUMN_IDS, COLUMN_WIDTH } from './columns.ts'
import { LANGUAGES } from './language.ts'
import { MOST_KEPT, NAME_CHARS } from './kept.ts'
import type { Cursor } from './session.ts'
import type { SourceId } from './source.ts'

export type Face = 'electron' | 'browser' | 'cli'

/** Facts about the running program that a face may show. */
export interface AppFacts {
  readonly face: Face
  readonly version: string
  readonly platform: string
  /** Whether `files.choose` opens the system's own dialog; else the face draws one over `files.list`. */
  readonly nativeDialogs: boolean
  readonly homeFolder: string
  /** The system's languages, BCP 47, the dearest first. Missing: only the page's browser knows. */
  readonly languages?: readonly string[]
  /** Where undo lives: `memory` is gone when the program ends. */
  readonly journal: 'memory' | 'file'
  /** Why the face was started with this: opened by the renderer at its start. null: show the welcome screen. */
  readonly openAtStart: string | null
}

/** What happens by itself, told to every open window. */
export type AppEvent =
  | { readonly kind: 'source-lost'; readonly sourceId: SourceId; readonly error: SerializedError }
  | { readonly kind: 'source-changed'; readonly sourceId: SourceId }
  | { readonly kind: 'sources-changed' }

/** A query that is kept. `name` null: asked, not saved. `place`: location of the source that it is for; null: of every one. */
export const keptQuery = z.strictObject({ text: z.string().min(1).max(QUERY_CHARS), name: z.string().min(1).max(NAME_CHARS).nullable(), place: z.string().max(8192).nullable() })
export type KeptQuery = z.infer<typeof keptQuery>

export const INSPECTOR_TABS = ['data', 'anatomy', 'expiry', 'owner', 'cookie', 'history'] as const
export type InspectorTab = (typeof INSPECTOR_TABS)[number]
/** A column of the sessions table. `width` in CSS pixels; null: the usual one. */
export const keptColumn = z.strictObject({ id: z.enum(COLUMN_IDS), shown: z.boolean(), width: z.int().min(COLUMN_WIDTH.least).max(COLUMN_WIDTH.most).nullable() })
export type KeptColumn = z.infer<typeof keptColumn>

export const preferences = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['default', 'compact']),
  /** Pane widths in CSS pixels. */
  sourcesWidth: z.int().min(48).max(480),
  inspectorWidth: z.int().min(320).max(960),
  maskKeys: z.boolean(),
  /** Missing: as the system has it. */
  language: z.enum(['system', ...LANGUAGES]).optional(),
  /** Newest first. Missing: none. */
  queries: z.array(keptQuery).max(MOST_KEPT).readonly().optional(),
  /** Others look at the screen: no value and no owner's name is shown. Optional, as all that came later: a file of before has none. */
  screenShare: z.boolean().optional(),
  /** Where the window was left: the tab of the inspector, how data was shown, and whether the decoder was open. */
  inspectorTab: z.enum(INSPECTOR_TABS).optional(),
  dataView: z.enum(['tree', 'text']).optional(),
  lastPlace: z.enum(['source', 'decoder']).optional(),
  lastSource: z.string().max(64).optional(),
  /** Folded away by the user; left out: shown. */
  hidesTimeline: z.boolean().optional(),
  hidesFacets: z.boolean().optional(),
  /** How often the table looks for new sessions, in seconds. 0, missing: not by itself. */
  lookSeconds: z.literal([0, 5, 15, 60]).optional(),
  /** From the left. Missing: the usual ones. */
  columns: z.array(keptColumn).max(COLUMN_IDS.length).readonly().optional(),
})
export type Preferences = z.infer<typeof preferences>
export { DEFAULT_PREFERENCES } from './default-preferences.ts'

export interface FolderEntry {
  readonly name: string
  readonly path: string
  readonly kind: 'folder' | 'project' | 'sqlite' | 'jar'
  readonly sizeBytes: number | null
  readonly modifiedAt: number | null
}
export interface FolderListing {
  readonly folder: string
  readonly parent: string | null
  /** Folders, SQLite files and cookie jars only, sorted by name; at most 2,000. */
  readonly entries: readonly FolderEntry[]
  readonly truncated: boolean
}

/** Progress of one walk over a store. Counts are of what was examined so far; `done` makes them final. */
export interface TallyEvent {
  readonly examined: number
  readonly total: number | null
  readonly live: number
  readonly expired: number
  /** Cursors of rows `every`, 2×`every`, …: `signposts[i]` begins page `firstPage + i`. */
  readonly firstPage: number
  readonly signposts: readonly Cursor[]
  readonly done: boolean
}
