import type { ChangeCheck } from '../../../shared/model/change.ts'
import type { DjangoVersion } from '../../../shared/model/django.ts'
import type { DecodedText, HashAlgorithm, TextHabit } from '../../../shared/model/session.ts'
import type { EncodeRequest } from './decoder.ts'
import { rulesOf } from './django-rules.ts'
import { COOKIE_SALT, ROW_SALT } from './salts.ts'

/** How a text was found: what is kept of it when it is made again. */
export interface FoundText {
  readonly format: DecodedText['format']
  /** The salt that verified it; null: nothing did. */
  readonly salt: string | null
  readonly serializer: DecodedText['serializer']
  readonly habit: TextHabit | null
}

export interface SigningPlace {
  readonly place: 'row' | 'cookie'
  readonly djangoVersion: DjangoVersion | null
  /** Of an engine of the site's own; null, missing: Django's. */
  readonly rowSalt?: string | null
}

/** All of an `EncodeRequest` that does not depend on data, key and time; `checks` say what changes by itself. */
export interface SigningPlan {
  readonly how: Required<Pick<EncodeRequest, 'format' | 'salt' | 'algorithm' | 'serializer' | 'compress' | 'pickleProtocol' | 'pickleFramed'>>
  readonly checks: readonly ChangeCheck[]
}

/**
 * The same salt, serializer, hash, format and compression habit as before, wherever the site's Django reads them; else what that
 * Django writes itself, with a check that says so.
 */
export function planSigning(found: FoundText, { place, djangoVersion, rowSalt = null }: SigningPlace): SigningPlan {
  const rules = rulesOf(djangoVersion)
  const hashes = place === 'cookie' ? rules.cookieHashes : rules.rowHashes
  const wantsLegacy = place === 'row' && (hashes.length === 0 || (found.format === 'django-legacy' && rules.readsLegacy))
  const wasLegacy = found.format === 'django-legacy'
  const wasHash: HashAlgorithm | null = found.format === 'django-signed' ? (found.habit?.hash ?? null) : null
  const algorithm = wasHash !== null && hashes.includes(wasHash) ? wasHash : (hashes[0] ?? 'sha1')
  const serializer = found.serializer === 'pickle' ? 'pickle' : 'json'
  const [own, foreign] = place === 'cookie' ? [COOKIE_SALT, ROW_SALT] : [rowSalt ?? ROW_SALT, COOKIE_SALT]
  const checks: ChangeCheck[] = []
  if (wasLegacy && !wantsLegacy) checks.push(warn('legacyRenewed'))
  if (found.format === 'django-signed' && wantsLegacy) checks.push(warn('legacyWritten', { version: djangoVersion ?? '' }))
  if (wasHash !== null && !wantsLegacy && wasHash !== algorithm) checks.push(warn(algorithm === 'sha256' ? 'hashRenewed' : 'hashOlder'))
  if (serializer === 'pickle' && !rules.hasPickle) checks.push(warn('pickleKept'))
  return {
    how: {
      format: wantsLegacy ? 'django-legacy' : 'django-signed',
      // Moved to the other place, it needs that one's salt.
      salt: found.salt === null || found.salt === foreign ? own : found.salt,
      algorithm,
      serializer,
      pickleProtocol: found.habit?.pickleProtocol ?? null,
      pickleFramed: found.habit?.pickleFramed ?? null,
      compress: found.habit?.neverCompresses !== true,
    },
    checks,
  }
}

function warn(id: string, params: Readonly<Record<string, string | number>> = {}): ChangeCheck {
  return { level: 'warn', sentence: { id: `changes.checks.${id}`, params } }
}
