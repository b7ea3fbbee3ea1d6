import type { ForeignCodec } from './foreign-format.ts'
import { reading } from './foreign-format.ts'
import { unserializePhp } from './php-unserialize.ts'

const SESSION_ID = /^[A-Za-z0-9,-]{22,256}$/
const SERIALIZED = /^(?:[^|{}"\s]{1,128}\|)?(?:a:\d{1,9}:\{|O:\d{1,4}:"|s:\d{1,9}:"|i:[+-]?\d{1,20};|b:[01];|d:[^;]{1,64};|N;)/

/** PHP's session id, which has nothing in it, and what PHP's `serialize` writes. */
export const php: ForeignCodec = {
  looksLike: (text, { cookieName }) => (cookieName === 'PHPSESSID' ? SESSION_ID.test(text) : SERIALIZED.test(text) && /[;}]$/.test(text)),
  read(text, { cookieName }) {
    if (cookieName === 'PHPSESSID' && SESSION_ID.test(text)) return reading('php', 'phpId', {})
    const data = SERIALIZED.test(text) ? unserializePhp(text) : null
    return data === null ? null : reading('php', 'php', { data, serializer: 'php', dataBytes: Buffer.byteLength(text) })
  },
}
