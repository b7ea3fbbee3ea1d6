import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import type { SecretBox } from './secret-box.ts'

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
/** scrypt's cost, 128 MiB and a good part of a second: each guess costs that too. Kept beside the salt, so that it can grow. */
export const SCRYPT_COST = { N: 2 ** 17, r: 8, p: 1 } as const
const MOST_MEMORY = 256 * 1024 * 1024

export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** AES-256-GCM under a key that scrypt (RFC 7914) makes of a passphrase. Layout: iv (12 bytes), tag (16), ciphertext; the id is authenticated. */
export async function createPassphraseBox(passphrase: string, salt: Buffer, cost: ScryptCost): Promise<SecretBox> {
  const key = await deriveKey(passphrase.normalize('NFC'), salt, cost)
  return {
    async seal(secret, id) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(id))
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), text])
    },
    async open(sealed, id) {
      if (sealed.length < IV_BYTES + TAG_BYTES) return null
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
        return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}

function deriveKey(passphrase: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, { ...cost, maxmem: MOST_MEMORY }, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}
