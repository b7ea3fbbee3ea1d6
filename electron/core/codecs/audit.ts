import { CoatcheckError } from '../../../shared/errors.ts'
import type { ReadinessEffect } from '../../../shared/model/report.ts'
import type { DecodedText } from '../../../shared/model/session.ts'
import { lintForJson, SHARED_TYPE } from '../../../shared/values/json-lint.ts'
import type { JsonLint } from '../../../shared/values/json-lint.ts'
import { parseNotation } from '../../../shared/values/notation.ts'
import { decodeStored } from './decode-bytes.ts'
import type { AuditedLoss, AuditedText, DecodeContext, StoredValues } from './decoder.ts'
import { summarizeTexts } from './summarize.ts'

/** Values of one session that are looked at; what comes after them is most often the same again. */
const MOST_LOSSES = 10_000
const NO_PICKLE: AuditedText = { isPickle: false, readable: true, losses: [], calls: [] }

/** What Django's JSONSerializer would make of each text. Texts that are JSON already are not looked into. */
export function auditTexts(data: StoredValues, context: DecodeContext): readonly AuditedText[] {
  const summaries = summarizeTexts(data, context)
  let start = 0
  return summaries.map(({ serializer }, index) => {
    const end = data.ends[index] ?? start
    const text = data.bytes.subarray(start, end)
    start = end
    return serializer === 'json' ? NO_PICKLE : auditText(text, { ...context, flags: data.flags?.[index] ?? null })
  })
}

function auditText(text: Uint8Array, context: DecodeContext): AuditedText {
  const decoded = decodeOrNull(text, context)
  if (decoded === null || decoded.pickle === null) return NO_PICKLE
  const calls = decoded.pickle.calls.map(({ name, args }) => `${name}(${args})`)
  const parsed = decoded.data === null ? null : parseNotation(decoded.data)
  if (parsed?.ok !== true) return { isPickle: true, readable: false, losses: [], calls }
  const called = new Set(decoded.pickle.calls.map(({ name }) => name))
  // What a call comes to, only the call could tell.
  const lints = lintForJson(parsed.node, MOST_LOSSES).filter(({ type }) => !called.has(type))
  return { isPickle: true, readable: true, losses: group(lints), calls }
}

/** null: it is longer than any session. */
function decodeOrNull(text: Uint8Array, context: DecodeContext): DecodedText | null {
  try {
    return decodeStored(text, context)
  } catch (error) {
    if (error instanceof CoatcheckError) return null
    throw error
  }
}

function group(lints: readonly JsonLint[]): readonly AuditedLoss[] {
  const groups = new Map<string, AuditedLoss>()
  for (const { kind, path, type } of lints) {
    // JSON writes what is shared twice: nothing is lost but that it was one.
    if (type === SHARED_TYPE) continue
    const place = path.replaceAll(/\[\d+\]/g, '[]')
    const id = JSON.stringify([place, type, kind])
    groups.set(id, { path: place, type: PYTHON_NAMES[type] ?? type, effect: EFFECTS[kind], values: (groups.get(id)?.values ?? 0) + 1 })
  }
  return [...groups.values()]
}

const PYTHON_NAMES: Readonly<Record<string, string>> = { decimal: 'Decimal', uuid: 'UUID' }
const EFFECTS: Readonly<Record<JsonLint['kind'], ReadinessEffect>> = {
  'not-json': 'fails', 'key-to-text': 'changes', 'tuple-to-list': 'changes', 'duplicate-key': 'changes', 'not-finite': 'python-only',
}
