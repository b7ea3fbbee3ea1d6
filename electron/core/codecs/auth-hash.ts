import type { DjangoVersion } from '../../../shared/model/django.ts'
import type { HashAlgorithm } from '../../../shared/model/session.ts'
import type { Keyring } from './decoder.ts'
import { rulesOf } from './django-rules.ts'
import { isSameText, saltedHmac } from './salted-hmac.ts'
import { isUsable } from './signing.ts'

const SALT = 'django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash'

/** `AbstractBaseUser.get_session_auth_hash` (django/contrib/auth/base_user.py 5.2), in hex. `password`: the column as it stands. */
export function sessionAuthHash(password: string, secret: string, algorithm: HashAlgorithm = 'sha256'): string {
  return Buffer.from(saltedHmac(SALT, secret, algorithm).signature(password), 'base64url').toString('hex')
}

/** The hash that this Django writes at a login. */
export function loginHash(password: string, secret: string, version: DjangoVersion | null): string {
  return sessionAuthHash(password, secret, rulesOf(version).rowHashes.length === 0 ? 'sha1' : 'sha256')
}

/**
 * Name of the key under which a session's `_auth_user_hash` fits the password column; null: under none.
 * Fallback keys count where `get_user` tries them (since 4.1.8), SHA-1 where it is still accepted (up to 3.2).
 */
export function matchAuthHash(hash: string, password: string, keyring: Keyring, version: DjangoVersion | null): string | null {
  const { rowHashes, hasFallbacks } = rulesOf(version)
  const algorithms: readonly HashAlgorithm[] = rowHashes.length === 0 ? ['sha1'] : rowHashes
  const keys = keyring.filter(isUsable).filter((key, index) => hasFallbacks || (index === 0 && key.name === 'SECRET_KEY'))
  const fits = keys.find(({ secret }) => algorithms.some((algorithm) => isSameText(hash, sessionAuthHash(password, secret, algorithm))))
  return fits?.name ?? null
}
