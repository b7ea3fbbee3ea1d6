import type { PyDict } from './values.ts'
import { setEntry, unknown } from './values.ts'

/** A dict with this key may have others than it shows: they differ by the version of a library. */
const MORE = 's$more'
/** Those that it may have. */
const EXTRA = ['CONN_MAX_AGE', 'CONN_HEALTH_CHECKS', 'OPTIONS', 'TEST', 'DISABLE_SERVER_SIDE_CURSORS', 'SSL', 'ENGINE'].map((name) => `s${name}`)

export function hasMore({ cell }: PyDict): boolean {
  return cell.entries.has(MORE)
}

/** `target.update(source)`. */
export function mergeInto(target: PyDict, source: PyDict): void {
  const given = [...source.cell.entries]
  const names = new Set(given.map(([name]) => name))
  if (hasMore(source)) for (const name of EXTRA) {
    const held = target.cell.entries.get(name)
    if (held !== undefined && !names.has(name)) target.cell.entries.set(name, { key: held.key, value: unknown('other keys, by the version of the library', held.value) })
  }
  for (const [name, { key, value }] of given) setEntry(target, name, key, value)
}
