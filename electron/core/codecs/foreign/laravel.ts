import { createDecipheriv, createHmac } from 'node:crypto'
import type { DataNode } from '../../../../shared/values/node.ts'
import { getItem } from '../../../../shared/values/node.ts'
import { isSameText } from '../salted-hmac.ts'
import type { ForeignCodec } from './foreign-format.ts'
import { dict, reading, text as textNode, verify } from './foreign-format.ts'
import { parseJsonBytes } from './json-bytes.ts'
import { unserializePhp } from './php-unserialize.ts'
import { decodePlainBase64 } from './plain-base64.ts'

/** Base64 of `{"iv":`. */
const START = 'eyJpdiI6'
/** Laravel binds a cookie's value to its name by this prefix (Illuminate\Cookie\CookieValuePrefix). */
const COOKIE_PREFIX = /^[0-9a-f]{40}\|/

interface Envelope {
  readonly iv: string
  readonly value: string
  readonly mac: string
  readonly tag: string
}

/** Illuminate\Encryption\Encrypter: base64 of JSON with `iv`, `value`, `mac` and (GCM) `tag`. */
export const laravel: ForeignCodec = {
  looksLike: (text) => text.startsWith(START) && /^[A-Za-z0-9+/]+={0,2}$/.test(text),
  read(text, { keyring }) {
    const envelope = text.startsWith(START) ? readEnvelope(text) : null
    if (envelope === null) return null
    let opened: Buffer | null = null
    const signature = verify(keyring, ({ secret }) => {
      opened ??= open(envelope, readAppKey(secret))
      return opened !== null
    })
    const data = opened === null ? dict({ iv: textNode(envelope.iv), value: textNode(envelope.value), mac: textNode(envelope.mac) }) : readPlain(opened)
    return reading('laravel', opened === null ? 'laravelSealed' : 'laravel', { data, signature, serializer: opened === null ? null : 'php', packedBytes: envelope.value.length })
  },
}

function readEnvelope(text: string): Envelope | null {
  const node = parseJsonBytes(decodePlainBase64(text))
  if (node?.kind !== 'dict') return null
  const part = (name: string): string | null => {
    const item = getItem(node, name)
    return item?.kind === 'str' ? item.value : null
  }
  const [iv, value, mac, tag] = [part('iv'), part('value'), part('mac'), part('tag')]
  return iv === null || value === null || mac === null ? null : { iv, value, mac, tag: tag ?? '' }
}

/** APP_KEY as it stands in `.env`: `base64:…`, or the bytes themselves. */
function readAppKey(secret: string): Buffer {
  return secret.startsWith('base64:') ? Buffer.from(secret.slice('base64:'.length), 'base64') : Buffer.from(secret, 'utf8')
}

function open({ iv, value, mac, tag }: Envelope, key: Buffer): Buffer | null {
  const bits = key.length * 8
  if (bits !== 128 && bits !== 256) return null
  if (tag === '' && !isSameText(createHmac('sha256', key).update(iv + value).digest('hex'), mac)) return null
  try {
    const data = Buffer.from(value, 'base64')
    if (tag === '') {
      const decipher = createDecipheriv(`aes-${bits}-cbc`, key, Buffer.from(iv, 'base64'))
      return Buffer.concat([decipher.update(data), decipher.final()])
    }
    const decipher = createDecipheriv(`aes-${bits}-gcm`, key, Buffer.from(iv, 'base64'), { authTagLength: 16 })
    decipher.setAuthTag(Buffer.from(tag, 'base64'))
    return Buffer.concat([decipher.update(data), decipher.final()])
  } catch {
    // A wrong key, a wrong tag, an IV of another length: it stays closed.
    return null
  }
}

function readPlain(plain: Buffer): DataNode {
  const bare = plain.toString('utf8').replace(COOKIE_PREFIX, '')
  return unserializePhp(bare) ?? textNode(bare)
}
