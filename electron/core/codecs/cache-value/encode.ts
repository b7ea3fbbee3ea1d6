import { CoatcheckError } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { writePythonJson } from '../../../../shared/values/python-json.ts'
import { writePickle } from '../pickle/write.ts'
import { compressorOf } from './compressors.ts'
import { writeFileHeader } from './file-header.ts'
import type { CacheForm, PickleForm } from './form.ts'
import { wrapHerd } from './herd.ts'
import { PYTHON_STYLE } from './json-style.ts'
import { writeMsgpack } from './msgpack/write.ts'

/** Django's own caches, on every Python that is supported. */
const DEFAULT_PICKLE: PickleForm = { protocol: 5, framed: true }

/**
 * Session data as the value of a cache, in the form another value was found in: the same serializer and protocol, compressed if its
 * writer compresses values of that length, in the same container. Flags of memcached stay what they were.
 * `positions`: where nodes stand in the text they were read from, for error messages.
 * @throws DATA_INVALID when the serializer has no such value, or the form is none of a session; DATA_UNSAFE; DATA_TOO_LARGE
 */
export function encodeCacheValue(node: DataNode, form: CacheForm, positions?: ReadonlyMap<DataNode, number>): Uint8Array {
  if (node.kind !== 'dict' && node.kind !== 'opaque') throw new CoatcheckError('DATA_INVALID', 'data.dictOnly', { position: 0 })
  const value = intoContainer(compress(serialize(node, form, positions), form), form)
  if (value.length > LIMITS.storedValueBytes) throw new CoatcheckError('DATA_TOO_LARGE', reason('data.valueTooLong', { size: value.length, limit: LIMITS.storedValueBytes }))
  return value
}

function serialize(node: DataNode, { serializer, pickle, json, herd }: CacheForm, positions: ReadonlyMap<DataNode, number> | undefined): Buffer {
  switch (serializer) {
    case 'pickle': {
      const wrap = herd === null ? {} : { wrap: (value: Parameters<typeof wrapHerd>[0]) => wrapHerd(value, herd) }
      return writePickle(node, { ...(pickle ?? DEFAULT_PICKLE), ...wrap, ...(positions === undefined ? {} : { positions }) })
    }
    case 'json':
      return Buffer.from(writePythonJson(node, positions, json ?? PYTHON_STYLE), 'utf8')
    case 'msgpack':
      return writeMsgpack(node)
    case 'int':
    case 'text':
      throw new CoatcheckError('DATA_INVALID', 'data.noCacheForm')
  }
}

function compress(data: Buffer, { compression }: CacheForm): Buffer {
  const compressor = data.length > compression.aboveBytes ? compressorOf(compression.compressor) : null
  return compressor?.pack(data, compression.level) ?? data
}

function intoContainer(data: Buffer, { container, fileExpiry }: CacheForm): Buffer {
  if (container === 'database-cache') return Buffer.from(data.toString('base64'), 'latin1')
  return fileExpiry === null ? data : Buffer.concat([writeFileHeader(fileExpiry), data])
}
