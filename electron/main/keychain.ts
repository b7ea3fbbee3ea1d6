import type { Keychain } from '../core/vault/secret-box.ts'
import type { ElectronApi } from './electron-api.ts'

/** People's names of what Electron's `safeStorage` stands on. */
const NAMES: Readonly<Record<string, string>> = {
  darwin: 'macOS Keychain', win32: 'Windows (DPAPI)',
  gnome_libsecret: 'the system keyring', kwallet: 'KWallet', kwallet5: 'KWallet', kwallet6: 'KWallet',
}

/**
 * Electron's `safeStorage`. On Linux it may fall back on a key that is the same everywhere (`basic_text`): that protects nothing and is not used.
 * Neither is a backend that does not tell its name.
 */
export function createKeychain({ safeStorage }: Pick<ElectronApi, 'safeStorage'>, platform: NodeJS.Platform): Keychain {
  return {
    async status() {
      const backend = platform === 'linux' ? safeStorage.getSelectedStorageBackend() : platform
      if (backend === 'basic_text') return { kind: 'unprotected' }
      const name = Object.hasOwn(NAMES, backend) ? NAMES[backend] : undefined
      if (name === undefined || !(await safeStorage.isAsyncEncryptionAvailable())) return { kind: 'missing' }
      return { kind: 'available', name }
    },
    // The id goes in with the secret: one that was put under another id does not pass for it.
    seal: (secret, id) => safeStorage.encryptStringAsync(JSON.stringify([id, secret])),
    async open(sealed, id) {
      try {
        const { result } = await safeStorage.decryptStringAsync(sealed)
        const [found, secret] = JSON.parse(result) as [unknown, unknown]
        return found === id && typeof secret === 'string' ? secret : null
      } catch {
        return null
      }
    },
  }
}
