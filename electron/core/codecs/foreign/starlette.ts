import type { ForeignCodec } from './foreign-format.ts'
import { reading, verify } from './foreign-format.ts'
import { isSignedWith, splitDotted } from './itsdangerous-signer.ts'
import { parseJsonBytes } from './json-bytes.ts'

/** starlette/middleware/sessions.py: `TimestampSigner(secret_key)` with the library's own salt. */
const SALT = 'itsdangerous.Signer'
const PAYLOAD = /^[A-Za-z0-9+/]+={0,2}$/
/** Python's `json.dumps` as it comes: a space after the first colon, which Flask and itsdangerous leave out. */
const SPACED = /^\{"(?:[^"\\]|\\.)*": /

export const starlette: ForeignCodec = {
  looksLike(text) {
    const dotted = splitDotted(text)
    return dotted !== null && dotted.seconds !== null && dotted.payload.length % 4 === 0 && PAYLOAD.test(dotted.payload)
  },
  read(text, { keyring }) {
    const dotted = splitDotted(text)
    if (dotted === null || dotted.seconds === null || dotted.payload.length % 4 !== 0 || !PAYLOAD.test(dotted.payload)) return null
    const bytes = Buffer.from(dotted.payload, 'base64')
    const data = parseJsonBytes(bytes)
    if (data?.kind !== 'dict') return null
    const signature = verify(keyring, ({ secret }) => isSignedWith(dotted, secret, SALT, 'django-concat'))
    if (signature.state !== 'valid' && !SPACED.test(bytes.toString('latin1'))) return null
    return reading('starlette', 'starlette', { data, signature, salt: SALT, signedAt: dotted.seconds * 1000, serializer: 'json', packedBytes: bytes.length, dataBytes: bytes.length })
  },
}
