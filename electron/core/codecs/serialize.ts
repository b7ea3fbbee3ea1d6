import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { lintForJson } from '../../../shared/values/json-lint.ts'
import type { DataNode, DictNode } from '../../../shared/values/node.ts'
import { writePythonJson } from '../../../shared/values/python-json.ts'
import { writePickle } from './pickle/write.ts'

/** What Django's `PickleSerializer` writes on Python 3.8 and later. */
const HIGHEST_PROTOCOL = 5

export interface SerializeOptions {
  readonly serializer: 'json' | 'pickle'
  /** null: the highest. */
  readonly pickleProtocol: number | null
  /** null: framed. */
  readonly pickleFramed: boolean | null
  /** Where nodes stand in the text they were read from, for error messages. */
  readonly positions?: ReadonlyMap<DataNode, number>
}

/**
 * The bytes of session data, as `JSONSerializer` or `PickleSerializer` would write them.
 * @throws DATA_UNSAFE with the path of a value that JSON cannot carry, or where loading a pickle would run something
 */
export function serialize(data: DictNode, { serializer, pickleProtocol, pickleFramed, positions }: SerializeOptions): Buffer {
  if (serializer === 'pickle') return writePickle(data, { protocol: pickleProtocol ?? HIGHEST_PROTOCOL, framed: pickleFramed ?? true, ...(positions === undefined ? {} : { positions }) })
  const lost = lintForJson(data).find(({ kind }) => kind === 'not-json')
  if (lost !== undefined) throw new CoatcheckError('DATA_UNSAFE', reason('data.notJson', { path: lost.path, type: lost.type }), { hint: 'next.textOrNumber', subject: lost.path })
  return Buffer.from(writePythonJson(data), 'latin1')
}
