import { CoatcheckError } from '../../../shared/errors.ts'

/** One row of a driver's error table: what a foreign code means here. */
export type Translation<C> = (context: C, foreign: Error) => CoatcheckError

/** Foreign code → our error. Codes are looked up whole, then by their first parts (`SQLITE_BUSY_RECOVERY`, `SQLITE_BUSY`). */
export type ErrorTable<C> = Readonly<Record<string, Translation<C>>>

/**
 * Nothing above a driver sees a foreign error.
 * What is in no table is our mistake: `INTERNAL`, with the foreign error as its cause, never in its text.
 */
export function translateError<C>(error: unknown, table: ErrorTable<C>, context: C): CoatcheckError {
  if (error instanceof CoatcheckError) return error
  const foreign = error instanceof Error ? error : new Error(String(error))
  const translate = lookUp(foreignCode(foreign), table)
  return translate === undefined ? new CoatcheckError('INTERNAL', 'stores.failed', {}, foreign) : translate(context, foreign)
}

function foreignCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function lookUp<C>(code: string, table: ErrorTable<C>): Translation<C> | undefined {
  for (let part = code; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('_')))) {
    if (Object.hasOwn(table, part)) return table[part]
  }
  return undefined
}
