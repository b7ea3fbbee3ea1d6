import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { VaultState } from '../../../shared/model/connection.ts'
import { createStateFile } from '../util/state-file.ts'
import { SCRYPT_COST, createPassphraseBox } from './passphrase-box.ts'
import type { Keychain, SecretBox } from './secret-box.ts'

/**
 * Keeps passwords of saved connections. What is kept is never told to a face: only the core reads it, to open a store.
 * A keychain that protects its key is used by itself. Else secrets stay in memory, unless people choose a passphrase:
 * then they go into `secrets.json`, encrypted, and the passphrase is asked for once in each run.
 */
export interface Vault {
  state(): Promise<VaultState>
  /** Ids of what is kept, readable or not. */
  ids(): Promise<ReadonlySet<string>>
  /** null: nothing is kept under this id, or it does not open any more. @throws VAULT_LOCKED */
  read(id: string): Promise<string | null>
  /** @throws VAULT_LOCKED; VAULT_UNAVAILABLE where the keychain fails */
  write(id: string, secret: string): Promise<void>
  remove(ids: readonly string[]): Promise<void>
  /** Opens the encrypted file, or makes it. @throws VAULT_LOCKED for a wrong passphrase; VAULT_UNAVAILABLE beside a keychain */
  unlock(passphrase: string): Promise<void>
  /** Forgets everything, the passphrase too. */
  clear(): Promise<void>
}

const kept = z.strictObject({
  /** null: a keychain protects the entries. */
  scrypt: z.strictObject({ salt: z.string(), N: z.number(), r: z.number(), p: z.number() }).nullable(),
  entries: z.record(z.string(), z.string()),
})
type Kept = z.infer<typeof kept>

const NOTHING: Kept = { scrypt: null, entries: {} }
/** An entry that only tells whether a passphrase is the right one. */
const CHECK = 'check'

export function createVault(dataFolder: string, keychain: Keychain | null): Vault {
  const path = join(dataFolder, 'secrets.json')
  const file = createStateFile(path, 1, kept, NOTHING)
  const memory = new Map<string, string>()
  let unlocked: SecretBox | null = null

  async function state(): Promise<VaultState> {
    const status = (await keychain?.status()) ?? { kind: 'missing' }
    if (status.kind === 'available') return { kind: 'keychain', name: status.name, locked: false }
    if ((await file.read()).scrypt !== null) return { kind: 'passphrase', locked: unlocked === null }
    return { kind: 'memory', why: status.kind === 'unprotected' ? 'unprotected' : 'no-keychain', locked: false }
  }

  /** null: memory is all there is. */
  async function box(): Promise<SecretBox | null> {
    const { kind } = await state()
    if (kind === 'keychain') return keychain
    if (kind === 'memory') return null
    if (unlocked === null) throw new CoatcheckError('VAULT_LOCKED', 'vault.locked', { hint: 'next.enterPassphrase' })
    return unlocked
  }

  return {
    state,
    async ids() {
      const { entries } = await file.read()
      return new Set([...memory.keys(), ...Object.keys(entries)].filter((id) => id !== CHECK))
    },
    async read(id) {
      const held = memory.get(id)
      if (held !== undefined) return held
      const sealed = (await file.read()).entries[id]
      if (sealed === undefined) return null
      const secret = await (await box())?.open(Buffer.from(sealed, 'base64'), id)
      return secret ?? null
    },
    async write(id, secret) {
      const keeper = await box()
      if (keeper === null) {
        memory.set(id, secret)
        return
      }
      const sealed = await keeper.seal(secret, id).catch((cause: unknown) => {
        throw new CoatcheckError('VAULT_UNAVAILABLE', 'vault.keychainRefuses', { hint: 'next.unlockKeychain' }, cause)
      })
      await file.update((all) => ({ ...all, entries: { ...all.entries, [id]: sealed.toString('base64') } }))
    },
    async remove(ids) {
      for (const id of ids) memory.delete(id)
      const { entries } = await file.read()
      if (ids.some((id) => id in entries)) await file.update((all) => ({ ...all, entries: Object.fromEntries(Object.entries(all.entries).filter(([id]) => !ids.includes(id))) }))
    },
    async unlock(passphrase) {
      if ((await state()).kind === 'keychain') throw new CoatcheckError('VAULT_UNAVAILABLE', 'vault.keychainKeeps', { hint: 'next.noPassphrase' })
      const { scrypt, entries } = await file.read()
      unlocked = scrypt === null ? await make(passphrase) : await check(passphrase, scrypt, entries[CHECK])
    },
    async clear() {
      memory.clear()
      unlocked = null
      await rm(path, { force: true })
    },
  }

  async function make(passphrase: string): Promise<SecretBox> {
    const salt = randomBytes(16)
    const made = await createPassphraseBox(passphrase, salt, SCRYPT_COST)
    const entries: Record<string, string> = { [CHECK]: (await made.seal(CHECK, CHECK)).toString('base64') }
    for (const [id, secret] of memory) entries[id] = (await made.seal(secret, id)).toString('base64')
    // What a keychain of before has sealed does not open with a passphrase.
    await file.update(() => ({ scrypt: { salt: salt.toString('base64'), ...SCRYPT_COST }, entries }))
    memory.clear()
    return made
  }
}

async function check(passphrase: string, { salt, ...cost }: NonNullable<Kept['scrypt']>, sealed: string | undefined): Promise<SecretBox> {
  const opened = await createPassphraseBox(passphrase, Buffer.from(salt, 'base64'), cost)
  if ((await opened.open(Buffer.from(sealed ?? '', 'base64'), CHECK)) !== CHECK) throw new CoatcheckError('VAULT_LOCKED', 'vault.wrongPassphrase', { hint: 'next.forgetPasswords' })
  return opened
}
