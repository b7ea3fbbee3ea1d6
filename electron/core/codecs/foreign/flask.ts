import type { ForeignCodec } from './foreign-format.ts'
import { reading, verify } from './foreign-format.ts'
import { isSignedWith, splitDotted } from './itsdangerous-signer.ts'
import { untag } from './tagged-json.ts'
import { readUrlSafePayload } from './url-safe-payload.ts'

/** flask/sessions.py, `SecureCookieSessionInterface`. */
const SALT = 'cookie-session'
/** Flask signs with SHA-1 unless it is changed in code. */
const SIGNATURE_CHARS = 27
const PAYLOAD = /^\.?[A-Za-z0-9_-]+$/

/** `payload.time.signature`: tagged JSON, signed by itsdangerous. Without a key any dict timed and signed like that is taken for Flask's. */
export const flask: ForeignCodec = {
  looksLike(text) {
    const dotted = splitDotted(text)
    return dotted !== null && dotted.seconds !== null && PAYLOAD.test(dotted.payload)
  },
  read(text, { keyring, cookieName }) {
    const dotted = splitDotted(text)
    if (dotted === null || dotted.seconds === null) return null
    const payload = readUrlSafePayload(dotted.payload)
    if (payload?.node.kind !== 'dict') return null
    const signature = verify(keyring, ({ secret }) => isSignedWith(dotted, secret, SALT, 'hmac'))
    if (signature.state === 'bad' && cookieName !== 'session' && keyring.some(({ secret }) => isSignedWith(dotted, secret, 'itsdangerous', 'django-concat'))) return null
    if (signature.state !== 'valid' && dotted.signature.length !== SIGNATURE_CHARS) return null
    const { compressed, packedBytes, dataBytes } = payload
    return reading('flask', 'flask', { data: untag(payload.node), signature, salt: SALT, signedAt: dotted.seconds * 1000, serializer: 'json', compressed, packedBytes, dataBytes })
  },
}
