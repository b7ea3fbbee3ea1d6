import type { RowPassage } from '../../../../shared/model/session.ts'
import { findSpans } from '../../../../shared/query/text-hits.ts'
import { looksSecret } from '../../../../shared/secrets.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { childrenOf, textOf } from './find-text.ts'

/** UTF-16 units of a value that are shown, and of these before the first hit. */
const SHOWN = 80
const BEFORE = 10

/**
 * The first place, in reading order, where one of the texts (in lower case) stands in session data: a key, or a value that is no secret by
 * its name or form, nor part of one. null: there is none to show. Never recurses.
 */
export function findPassage(root: DataNode, lowered: readonly string[]): RowPassage | null {
  const waiting: { readonly node: DataNode; readonly key: DataNode | null; readonly name: string; readonly secret: boolean; readonly depth: number }[] = [{ node: root, key: null, name: '', secret: false, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, key, depth } = next
    const label = key === null ? null : textOf(key)
    const name = depth === 1 ? (label ?? '') : next.name
    const secret = next.secret || looksSecret(label, node)
    const inKey = label === null || next.secret ? [] : findSpans(label, lowered)
    if (inKey.length > 0 && label !== null) return depth === 1 ? { name, text: null, spans: inKey } : { name, ...cut(label, lowered) }
    const own = secret || depth === 0 ? '' : textOf(node)
    if (own !== '' && findSpans(own, lowered).length > 0) return { name, ...cut(own, lowered) }
    for (const child of childrenOf(node).toReversed()) waiting.push({ ...child, name, secret, depth: depth + 1 })
  }
  return null
}

/** The text around the first hit, in one line. */
function cut(text: string, lowered: readonly string[]): Pick<RowPassage, 'text' | 'spans'> {
  const first = findSpans(text, lowered)[0]?.[0] ?? 0
  const start = wholeLetter(text, first <= BEFORE + 1 ? 0 : first - BEFORE)
  const end = wholeLetter(text, Math.min(text.length, start + SHOWN))
  const shown = `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`.replaceAll(/\s/g, ' ')
  return { text: shown, spans: findSpans(shown, lowered.map((needle) => needle.replaceAll(/\s/g, ' '))) }
}

const wholeLetter = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at)
