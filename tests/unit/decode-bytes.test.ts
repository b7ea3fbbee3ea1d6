import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodeBytes } from '../../electron/core/codecs/decode-bytes.ts'
import type { DecodeContext } from '../../electron/core/codecs/decoder.ts'
import { signData } from '../../electron/core/codecs/signing.ts'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'

const KEY = { name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }
const NOW = 1_788_000_000_000
const CONTEXT: DecodeContext = { keyring: [KEY], place: null, salt: null, maxAgeSeconds: 1_209_600, now: NOW }
const PICKLE = Buffer.from('80057d948c0161944b01732e', 'hex')
const read = (bytes: Buffer): ReturnType<typeof decodeBytes> => decodeBytes(bytes, CONTEXT)

test('the text of a session engine in Redis goes to the codec of session texts', () => {
  const text = signData(Buffer.from('{"a":1}'), { key: KEY, salt: ROW_SALT, compress: true, now: NOW })
  expect(read(Buffer.from(text))).toMatchObject({ format: 'django-signed', text, djangoSees: 'data', signature: { state: 'valid' } })
})

test('values of caches keep what they are', () => {
  expect(read(PICKLE)).toMatchObject({ format: 'django-cache', serializer: 'pickle', compressed: false, data: '{\n  "a": 1\n}', text: PICKLE.toString('base64') })
  expect(read(deflateSync(PICKLE))).toMatchObject({ serializer: 'pickle', compressed: true, dataBytes: PICKLE.length })
  expect(read(Buffer.from('{"a": 1}'))).toMatchObject({ format: 'django-cache', serializer: 'json', text: '{"a": 1}' })
  expect(read(Buffer.from('81a16101', 'hex'))).toMatchObject({ format: 'django-cache', serializer: 'msgpack', data: '{\n  "a": 1\n}' })
  expect(read(Buffer.from(PICKLE.toString('base64')))).toMatchObject({ format: 'django-cache', verdict: { params: { format: 'pickle protocol 5, base64' } } })
})

test('texts of other software are named, and other bytes are not', () => {
  expect(read(Buffer.from('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.Qd0'))).toMatchObject({ format: 'jwt' })
  expect(read(Buffer.from('hello'))).toMatchObject({ format: 'unknown', djangoSees: 'empty' })
  expect(read(Buffer.from('ff00ff00', 'hex'))).toMatchObject({ format: 'django-cache', data: null, djangoSees: 'empty', verdict: { id: 'cacheValues.unknown' } })
})

test('what is known of the cache decides', () => {
  const known = { container: 'memcached', flags: 16 } as const
  expect(decodeBytes(Buffer.from('7'), CONTEXT, known)).toMatchObject({ djangoSees: 'error', verdict: { id: 'cacheValues.notDict' } })
})
