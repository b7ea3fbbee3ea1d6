import type { PickleFacts } from '../../../shared/model/pickle.ts'
import type { DecodeProblem, SerializerId } from '../../../shared/model/session.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import type { DecodeContext } from './decoder.ts'
import { rulesOf } from './django-rules.ts'
import { loadJson } from './payload.ts'
import { looksLikePickle, readPickle, stepOf } from './pickle/read.ts'
import { problem } from './problem.ts'

/** A serializer's bytes as data. `serializer`: whose bytes they look like; null: nobody's that is known. */
export interface LoadedData {
  readonly node: DataNode | null
  readonly serializer: SerializerId | null
  /** null: not a pickle. */
  readonly pickle: PickleFacts | null
  readonly problem: DecodeProblem | null
}

/** Whichever of Django's two serializers wrote it. Nothing is run. */
export function loadData(data: Buffer): LoadedData {
  if (!looksLikePickle(data)) {
    const { node, problem: fault } = loadJson(data)
    return { node, serializer: node === null ? null : 'json', pickle: null, problem: fault }
  }
  const read = readPickle(data)
  const pickle = read.facts
  if (!read.ok) return { node: null, serializer: 'pickle', pickle, problem: problem(stepOf(read.reason), read.reason, read.offset) }
  const fault = read.node.kind === 'dict' ? null : problem('not-a-dict', 'not-a-dict-pickle', 0)
  return { node: read.node, serializer: 'pickle', pickle, problem: fault }
}

/** Whether a limit of ours stopped the reading, where Python has none. JSON that is too deep for us is so for Python, too. */
export function isOursOnly({ step, reason }: DecodeProblem, isPickle: boolean): boolean {
  return step === 'limit' && (isPickle || reason !== 'too-deep')
}

/**
 * Whether the site's SESSION_SERIALIZER loads what that serializer wrote. Where the setting is not known, the site reads what it
 * wrote itself, unless its Django has no such serializer any more.
 */
export function canLoad(serializer: SerializerId | null, context: DecodeContext): boolean {
  const configured = context.serializer ?? null
  if (configured !== null) return serializer === configured
  return serializer !== 'pickle' || rulesOf(context.djangoVersion).hasPickle
}
