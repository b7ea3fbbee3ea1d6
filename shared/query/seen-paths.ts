import { isSecretText } from '../secrets.ts'
import type { DataNode } from '../values/node.ts'

/** A way into session data that leads somewhere: keys of dicts by name; null: each item of a list, each value of a dict. */
export type SeenPath = readonly (string | null)[]

/** Paths kept of one store: sites have few shapes of sessions. */
export const MOST_PATHS = 500
const MOST_STEPS = 8
const NAME_CHARS = 64
/** Items of a list, values of a map: what comes after the first looks like them. */
const ITEMS = 20
/** A dict with more keys, or with one that is no name, is a map: its keys are data. */
const MAP_KEYS = 40
/** Values of one session that are looked at. */
const MOST_VALUES = 2000
/** Ids and hashes: they name one thing, not a kind of things. */
const DATA_KEY = /^(?:\d+|[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** Paths by their spelling, of many sessions. */
export class SeenPaths {
  readonly #paths = new Map<string, SeenPath>()

  get all(): readonly SeenPath[] {
    return [...this.#paths.values()]
  }

  add(path: SeenPath): void {
    const id = JSON.stringify(path)
    if (this.#paths.size < MOST_PATHS || this.#paths.has(id)) this.#paths.set(id, path)
  }

  /** Every path of session data, outer ones first, as far as the limits go. Names are kept, values never. */
  learn(root: DataNode): void {
    let level: { readonly node: DataNode; readonly path: SeenPath }[] = [{ node: root, path: [] }]
    for (let seen = 0; level.length > 0 && seen < MOST_VALUES;) {
      const inner: typeof level = []
      for (const { node, path } of level) {
        if (path.length === MOST_STEPS) continue
        for (const { step, value } of childrenOf(node)) {
          if ((seen += 1) > MOST_VALUES) break
          const child = [...path, step]
          this.add(child)
          inner.push({ node: value, path: child })
        }
      }
      level = inner
    }
  }
}

function childrenOf(node: DataNode): readonly { readonly step: string | null; readonly value: DataNode }[] {
  // Objects of a class have items too, and no path leads to them.
  if ('items' in node) return node.items.slice(0, ITEMS).map((value) => ({ step: null, value }))
  if (node.kind !== 'dict') return []
  const named = node.entries.slice(0, MAP_KEYS + 1).flatMap(({ key, value }) => (key.kind === 'str' && !DATA_KEY.test(key.value) ? [{ step: key.value, value }] : []))
  if (node.entries.length > MAP_KEYS || named.length < node.entries.length) return node.entries.slice(0, ITEMS).map(({ value }) => ({ step: null, value }))
  return named.filter(({ step }) => step.length <= NAME_CHARS && !isSecretText(step))
}
