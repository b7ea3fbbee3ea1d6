import type { Drift, SessionRow } from '../../../shared/model/session.ts'
import type { PackedData } from '../../../shared/model/packed.ts'
import type { CacheColumns, StorePage } from '../stores/session-store.ts'
import { endsApart, layerSource, pairEnd } from './pair-inspect.ts'
import type { SessionSource } from './session-source.ts'
import { decodeContext, toMicros } from './session-source.ts'

/** Rows of one layer as if it were a store of its own. */
export type ReadRows = (source: SessionSource, page: StorePage) => Promise<SessionRow[]>

/**
 * Rows of a pair as Django loads them: from the copy where there is one, else from the row; with what is seen of their drift.
 * `compare`: whole data is compared, too, which costs two decodings for each.
 */
export async function readPairRows(source: SessionSource, page: StorePage & { readonly cache: CacheColumns }, read: ReadRows, options: { readonly now: number; readonly compare: boolean }, signal: AbortSignal): Promise<SessionRow[]> {
  const { cache } = page
  const { now, compare } = options
  const copyPage = { keys: page.keys, etags: page.etags, next: page.next, examined: page.examined, ...cache }
  const [rows, copies] = await Promise.all([read(source, page), read(layerSource(source, 'cache'), copyPage)])
  const differs = compare ? await compareData(source, page, now, signal) : []
  return rows.map((row, index) => {
    const copy = copies[index]
    const isHit = cache.found[index] === 'hit' && copy !== undefined && copy.state === 'live' && (copy.expireDate === null || copy.expireDate > toMicros(now))
    const drift = rowDrift(cache.found[index] ?? 'miss', cache.rowless, row, copy, differs[index] ?? null)
    const shown = isHit ? { ...copy, expireDate: pairEnd(cache.rowless ? undefined : row.expireDate, copy.expireDate) } : row
    return { ...shown, key: row.key, ...(drift === null ? {} : { drift }) }
  })
}

/** null: nothing was seen, which is not to say that they are the same. */
function rowDrift(found: CacheColumns['found'][number], isRowless: boolean, row: SessionRow, copy: SessionRow | undefined, differs: boolean | null): Drift | null {
  if (found === 'failed') return 'cache-failed'
  if (found === 'miss' || copy === undefined) return 'cache-missing'
  if (isRowless) return 'rowless'
  if (row.topLevelKeys === null || copy.topLevelKeys === null) return 'unreadable'
  if (differs === true || row.keyCount !== copy.keyCount || row.userId !== copy.userId) return 'data'
  if (endsApart(row.expireDate, copy.expireDate)) return 'expiry'
  return differs === null ? null : 'same'
}

/** Row by row: whether the data of both layers differs; null: not both can be read. */
async function compareData(source: SessionSource, page: StorePage & { readonly cache: CacheColumns }, now: number, signal: AbortSignal): Promise<readonly (boolean | null)[]> {
  const { cache } = page
  const copyContext = layerSource(source, 'cache')
  return Promise.all(page.keys.map(async (_, index) => {
    if (cache.found[index] !== 'hit') return null
    const [row, copy] = await Promise.all([
      source.decoder.decode(valueAt(page.data, index), decodeContext(source, now, page.flags?.[index]), signal),
      source.decoder.decode(valueAt(cache.data, index), decodeContext(copyContext, now, cache.flags?.[index]), signal),
    ])
    return row.data === null || copy.data === null ? null : row.data !== copy.data
  }))
}

/** Data as Django loads it: from the copy where it can be read, else from the row. */
export function readPairData(source: SessionSource, page: StorePage & { readonly cache: CacheColumns }, now: number, signal: AbortSignal): Promise<(string | null)[]> {
  const { cache } = page
  return Promise.all(page.keys.map(async (_, index) => {
    const end = cache.expireDates[index] ?? null
    if (cache.found[index] === 'hit' && (end === null || end > toMicros(now))) {
      const copy = await source.decoder.decode(valueAt(cache.data, index), decodeContext(layerSource(source, 'cache'), now, cache.flags?.[index]), signal)
      if (copy.djangoSees !== 'empty') return copy.data
    }
    return (await source.decoder.decode(valueAt(page.data, index), decodeContext(source, now, page.flags?.[index]), signal)).data
  }))
}

function valueAt({ bytes, ends }: PackedData, index: number): Uint8Array {
  return bytes.subarray(index === 0 ? 0 : ends[index - 1], ends[index])
}
