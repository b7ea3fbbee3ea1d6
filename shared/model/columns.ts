/** Columns of the sessions table, in their usual order. Apart from their schema, so that the window is built without the schema library. */
export const COLUMN_IDS = ['state', 'key', 'owner', 'userId', 'expires', 'signedAt', 'size', 'serializer', 'keys', 'signed'] as const
export type ColumnId = (typeof COLUMN_IDS)[number]

/** What people may make of a width, in CSS pixels. */
export const COLUMN_WIDTH = { least: 24, most: 800 } as const
