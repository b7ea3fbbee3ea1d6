import { createDecipheriv, createHmac } from 'node:crypto'
import type { DataNode } from '../../../../shared/values/node.ts'
import { getItem } from '../../../../shared/values/node.ts'
import type { Keyring } from '../decoder.ts'
import { isSameText } from '../salted-hmac.ts'
import { deriveRailsKey } from './derived-key.ts'
import type { ForeignCodec, ForeignReading } from './foreign-format.ts'
import { reading, verify } from './foreign-format.ts'
import { parseJsonBytes } from './json-bytes.ts'
import { decodePlainBase64 } from './plain-base64.ts'

const SIGNED = /^([A-Za-z0-9+/_-]{4,}={0,2})--([0-9a-f]{40}|[0-9a-f]{64})$/
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/
const DIGESTS = ['sha256', 'sha1'] as const
const IV_BYTES = 12
const TAG_BYTES = 16

/** ActiveSupport: `MessageVerifier` (`message--hex digest`) and `MessageEncryptor` (`sealed--iv--tag`, AES-256-GCM). */
export const rails: ForeignCodec = {
  looksLike: (text) => text.includes('--') && (SIGNED.test(text) || splitSealed(text) !== null),
  read: (text, { keyring }) => readSigned(text, keyring) ?? readSealed(text, keyring),
}

function readSigned(text: string, keyring: Keyring): ForeignReading | null {
  const [, message, digest] = SIGNED.exec(text) ?? []
  const bytes = message === undefined ? null : decodePlainBase64(message)
  if (message === undefined || digest === undefined || bytes === null) return null
  const hashName = digest.length === 40 ? 'sha1' : 'sha256'
  const signature = verify(keyring, ({ secret }) => DIGESTS.some((each) => isSameText(createHmac(hashName, deriveRailsKey(secret, 'signed cookie', 64, each)).update(message).digest('hex'), digest)))
  if (isMarshal(bytes)) return reading('rails', 'railsMarshal', { signature, dataBytes: bytes.length })
  return reading('rails', 'rails', { ...openEnvelope(bytes), signature, packedBytes: bytes.length, dataBytes: bytes.length })
}

function readSealed(text: string, keyring: Keyring): ForeignReading | null {
  const sealed = splitSealed(text)
  if (sealed === null) return null
  let opened: Buffer | null = null
  const signature = verify(keyring, ({ secret }) => {
    opened ??= unseal(sealed, deriveRailsKey(secret, 'authenticated encrypted cookie', 32, 'sha256')) ?? unseal(sealed, deriveRailsKey(secret, 'authenticated encrypted cookie', 32, 'sha1'))
    return opened !== null
  })
  const content = opened === null ? {} : openEnvelope(opened)
  return reading('rails', opened !== null && isMarshal(opened) ? 'railsMarshal' : 'railsEncrypted', { ...content, signature, packedBytes: sealed.data.length })
}

interface Sealed {
  readonly data: Buffer
  readonly iv: Buffer
  readonly tag: Buffer
}

function splitSealed(text: string): Sealed | null {
  const parts = text.split('--', 4)
  if (parts.length !== 3 || !parts.every((part) => BASE64.test(part))) return null
  const [data, iv, tag] = parts.map((part) => decodePlainBase64(part))
  if (data === null || data === undefined || iv?.length !== IV_BYTES || tag?.length !== TAG_BYTES) return null
  return { data, iv, tag }
}

function unseal({ data, iv, tag }: Sealed, key: Buffer): Buffer | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(data), decipher.final()])
  } catch {
    // The tag tells that this is not the key.
    return null
  }
}

/** Rails 5.2 and later put the value into `{"_rails": {"message", "exp", "pur"}}`; before that it stands bare. */
function openEnvelope(bytes: Buffer): Pick<ForeignReading, 'data' | 'goodUntil' | 'serializer'> {
  const node = parseJsonBytes(bytes)
  const inner = node?.kind === 'dict' ? getItem(node, '_rails') : undefined
  if (inner?.kind !== 'dict') return { data: node, goodUntil: null, serializer: node === null ? null : 'json' }
  const data = openMessage(getItem(inner, 'data') ?? getItem(inner, 'message'))
  const ends = getItem(inner, 'exp')
  const goodUntil = ends?.kind === 'str' ? Date.parse(ends.value) : Number.NaN
  return { data, goodUntil: Number.isNaN(goodUntil) ? null : goodUntil, serializer: data === null ? null : 'json' }
}

/** Base64 of JSON in `message`; Rails 7.1 and later may put the value itself into `data`. */
function openMessage(message: DataNode | undefined): DataNode | null {
  if (message === undefined) return null
  if (message.kind !== 'str') return message
  return parseJsonBytes(decodePlainBase64(message.value)) ?? null
}

function isMarshal(bytes: Buffer): boolean {
  return bytes[0] === 4 && bytes[1] === 8
}
