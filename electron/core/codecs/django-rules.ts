import type { DjangoVersion } from '../../../shared/model/django.ts'
import type { HashAlgorithm } from '../../../shared/model/session.ts'

/** What one release of Django does with session texts (django/contrib/sessions/backends/base.py, django/core/signing.py). */
export interface DjangoRules {
  /** Hashes of the signatures that it accepts in rows, the one that it writes first. None: it does not know signed rows. */
  readonly rowHashes: readonly HashAlgorithm[]
  readonly cookieHashes: readonly HashAlgorithm[]
  /** Whether rows may be in the format of Django before 3.1. */
  readonly readsLegacy: boolean
  /** SECRET_KEY_FALLBACKS */
  readonly hasFallbacks: boolean
  /** `PickleSerializer` */
  readonly hasPickle: boolean
}

const BEFORE_3_1: DjangoRules = { rowHashes: [], cookieHashes: ['sha1'], readsLegacy: true, hasFallbacks: false, hasPickle: true }
const BOTH: readonly HashAlgorithm[] = ['sha256', 'sha1']
const BEFORE_4_0: DjangoRules = { rowHashes: BOTH, cookieHashes: BOTH, readsLegacy: true, hasFallbacks: false, hasPickle: true }
const BEFORE_4_1: DjangoRules = { rowHashes: ['sha256'], cookieHashes: ['sha256'], readsLegacy: false, hasFallbacks: false, hasPickle: true }
const BEFORE_5_0: DjangoRules = { ...BEFORE_4_1, hasFallbacks: true }
const CURRENT: DjangoRules = { ...BEFORE_5_0, hasPickle: false }

const RULES: Readonly<Record<DjangoVersion, DjangoRules>> = {
  '2.2': BEFORE_3_1, '3.0': BEFORE_3_1, '3.1': BEFORE_4_0, '3.2': BEFORE_4_0, '4.0': BEFORE_4_1, '4.1': BEFORE_5_0, '4.2': BEFORE_5_0,
  '5.0': CURRENT, '5.1': CURRENT, '5.2': CURRENT, '6.0': CURRENT, '6.1': CURRENT,
}

/** null or missing: not known, and judged as the current one. */
export function rulesOf(version: DjangoVersion | null | undefined): DjangoRules {
  return version === null || version === undefined ? CURRENT : RULES[version]
}
