import type { ProjectValue } from '../../../shared/model/project.ts'
import { whyUnknown } from '../../../shared/model/project.ts'

/** What stands for what is not shown. */
export interface ValueWords {
  readonly kept: string
  readonly unknown: string
}

const WIDTH = 64

/** The value as Python writes it; lists and dicts that are long take several lines. */
export function spellValue(value: ProjectValue, words: ValueWords, indent = ''): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return enclose('[', value.map((item: ProjectValue) => spellValue(item, words, `${indent}    `)), ']', indent)
  return spellMarked(value, words) ?? enclose('{', Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spellValue(item, words, `${indent}    `)}`), '}', indent)
}

/** What JSON has no form for. null: it is an ordinary dict. */
function spellMarked(value: ProjectValue, words: ValueWords): string | null {
  if (whyUnknown(value) !== null) return `‹${words.unknown}›`
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
  const [[mark, held] = ['', ''], ...rest] = Object.entries(value)
  if (rest.length > 0 || !mark.startsWith('$')) return null
  switch (mark) {
    case '$secret': return `‹${words.kept}›`
    case '$int': return String(held)
    case '$float': return `float("${String(held)}")`
    case '$bytes': return `base64.b64decode("${String(held)}")`
    case '$timedelta': return `timedelta(seconds=${String(held)})`
    default: return null
  }
}

function enclose(open: string, parts: readonly string[], close: string, indent: string): string {
  const line = `${open}${parts.join(', ')}${close}`
  if (indent.length + line.length <= WIDTH && !line.includes('\n')) return line
  return `${open}\n${parts.map((part) => `${indent}    ${part},`).join('\n')}\n${indent}${close}`
}
