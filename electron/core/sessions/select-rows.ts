import type { CacheColumns, StorePage } from '../stores/session-store.ts'

/** The rows of a page for which `keep` says so, in a page of their own; the same page where these are all. */
export function selectRows(page: StorePage, keep: (index: number) => boolean): StorePage {
  const kept = page.keys.flatMap((_, index) => (keep(index) ? [index] : []))
  if (kept.length === page.keys.length) return page
  const pick = <Value>(values: readonly Value[]): Value[] => kept.flatMap((index) => values.slice(index, index + 1))
  return {
    ...page,
    keys: pick(page.keys),
    expireDates: pick(page.expireDates),
    sizes: pick(page.sizes),
    data: pickData(page.data, kept),
    etags: page.etags === null ? null : pick(page.etags),
    ...(page.flags === undefined ? {} : { flags: pick(page.flags) }),
    ...(page.cache === undefined ? {} : { cache: pickCache(page.cache, kept) }),
  }
}

/** Of a pair, the copies go with their rows. */
function pickCache(cache: CacheColumns, kept: readonly number[]): CacheColumns {
  const pick = <Value>(values: readonly Value[]): Value[] => kept.flatMap((index) => values.slice(index, index + 1))
  return {
    ...cache, found: pick(cache.found), expireDates: pick(cache.expireDates), sizes: pick(cache.sizes), data: pickData(cache.data, kept),
    ...(cache.flags === undefined ? {} : { flags: pick(cache.flags) }),
  }
}

function pickData({ bytes, ends }: StorePage['data'], kept: readonly number[]): StorePage['data'] {
  const parts = kept.map((index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], ends[index]))
  const picked = { bytes: new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0)), ends: new Uint32Array(parts.length) }
  let end = 0
  for (const [index, part] of parts.entries()) {
    picked.bytes.set(part, end)
    end += part.length
    picked.ends[index] = end
  }
  return picked
}
