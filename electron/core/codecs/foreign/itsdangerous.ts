import type { ForeignCodec } from './foreign-format.ts'
import { reading, verify } from './foreign-format.ts'
import type { KeyDerivation } from './itsdangerous-signer.ts'
import { isSignedWith, splitDotted } from './itsdangerous-signer.ts'
import { readUrlSafePayload } from './url-safe-payload.ts'

/** Salts that the library itself uses when the program names none. */
const SALTS: readonly string[] = ['itsdangerous', 'itsdangerous.Signer']
const DERIVATIONS: readonly KeyDerivation[] = ['django-concat', 'hmac']
const PAYLOAD = /^\.?[A-Za-z0-9_-]+$/

/** What `URLSafeSerializer` and `URLSafeTimedSerializer` write, where it is no Flask session. */
export const itsdangerous: ForeignCodec = {
  looksLike(text) {
    const dotted = splitDotted(text)
    return dotted !== null && PAYLOAD.test(dotted.payload)
  },
  read(text, { keyring }) {
    const dotted = splitDotted(text)
    const payload = dotted === null ? null : readUrlSafePayload(dotted.payload)
    if (dotted === null || payload === null) return null
    const verifiedSalt = SALTS.find((salt) => keyring.some(({ secret }) => DERIVATIONS.some((derivation) => isSignedWith(dotted, secret, salt, derivation)))) ?? null
    const signature = verify(keyring, ({ secret }) => SALTS.some((salt) => DERIVATIONS.some((derivation) => isSignedWith(dotted, secret, salt, derivation))))
    const { node, compressed, packedBytes, dataBytes } = payload
    const signedAt = dotted.seconds === null ? null : dotted.seconds * 1000
    return reading('itsdangerous', 'itsdangerous', { data: node, signature, salt: verifiedSalt, signedAt, serializer: 'json', compressed, packedBytes, dataBytes })
  },
}
