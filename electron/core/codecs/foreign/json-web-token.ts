import { createHmac } from 'node:crypto'
import type { Signature } from '../../../../shared/model/session.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { getItem } from '../../../../shared/values/node.ts'
import type { Keyring } from '../decoder.ts'
import { isSameText } from '../salted-hmac.ts'
import type { ForeignCodec } from './foreign-format.ts'
import { dict, reading, unchecked, verify } from './foreign-format.ts'
import { parseJsonBytes } from './json-bytes.ts'
import { decodePlainBase64 } from './plain-base64.ts'

const PARTS = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){2,4}$/
const HMACS: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }
const LAST_MS = 8.64e15

/** RFC 7519: a header with `alg`, claims, a signature. Five parts are an encrypted one (RFC 7516), which can only be named. */
export const jsonWebToken: ForeignCodec = {
  // `{` and a quote or a space begin every header: `ey` in base64.
  looksLike: (text) => text.startsWith('ey') && PARTS.test(text) && readHeader(text) !== null,
  read(text, { keyring, now }) {
    const header = PARTS.test(text) ? readHeader(text) : null
    if (header === null) return null
    const parts = text.split('.')
    if (parts.length === 5) return reading('jwt', 'jwtEncrypted', { data: dict({ header: header.node }), signature: unchecked(), serializer: 'json' })
    const claims = parts.length === 3 ? parseJsonBytes(decodePlainBase64(parts[1] ?? '')) : null
    if (claims === null) return null
    const goodUntil = dateClaim(claims, 'exp')
    const notBefore = dateClaim(claims, 'nbf')
    const signature = checkSignature(text, header.algorithm, keyring)
    return reading('jwt', word(header.algorithm, goodUntil, notBefore, now), {
      params: { algorithm: header.algorithm.slice(0, 40), until: instant(goodUntil), from: instant(notBefore) },
      data: dict({ header: header.node, claims }), signature, signedAt: dateClaim(claims, 'iat'), goodUntil, serializer: 'json', packedBytes: parts[1]?.length ?? null,
    })
  },
}

function readHeader(text: string): { readonly node: DataNode; readonly algorithm: string } | null {
  const node = parseJsonBytes(decodePlainBase64(text.slice(0, text.indexOf('.'))))
  const algorithm = node?.kind === 'dict' ? getItem(node, 'alg') : undefined
  return node === null || algorithm?.kind !== 'str' ? null : { node, algorithm: algorithm.value }
}

function word(algorithm: string, goodUntil: number | null, notBefore: number | null, now: number): 'jwt' | 'jwtNone' | 'jwtExpired' | 'jwtEarly' {
  if (algorithm.toLowerCase() === 'none') return 'jwtNone'
  if (goodUntil !== null && now >= goodUntil) return 'jwtExpired'
  return notBefore !== null && now < notBefore ? 'jwtEarly' : 'jwt'
}

function checkSignature(text: string, algorithm: string, keyring: Keyring): Signature {
  const last = text.lastIndexOf('.')
  const signature = text.slice(last + 1)
  if (algorithm.toLowerCase() === 'none' || signature === '') return { state: 'absent', verifiedBy: null, reason: null }
  const digest = Object.hasOwn(HMACS, algorithm) ? HMACS[algorithm] : undefined
  if (digest === undefined) return unchecked()
  return verify(keyring, ({ secret }) => isSameText(createHmac(digest, secret).update(text.slice(0, last)).digest('base64url'), signature))
}

/** Seconds since 1970 UTC in the claims; milliseconds here. */
function dateClaim(claims: DataNode, name: string): number | null {
  const claim = claims.kind === 'dict' ? getItem(claims, name) : undefined
  const epochMs = claim?.kind === 'int' ? Number(claim.digits) * 1000 : claim?.kind === 'float' ? Math.round(Number(claim.repr) * 1000) : Number.NaN
  return Math.abs(epochMs) <= LAST_MS ? epochMs : null
}

function instant(epochMs: number | null): string {
  return epochMs === null ? '' : `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
