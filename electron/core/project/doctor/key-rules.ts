import { toDjangoVersion } from '../../../../shared/model/django.ts'
import type { DoctorFinding } from '../../../../shared/model/project.ts'
import type { Rule } from './context.ts'
import { finding, valueOf } from './context.ts'

const MIN_LENGTH = 50
const MIN_DISTINCT = 5
const INSECURE_PREFIX = 'django-insecure-'

/** django/core/checks/security/base.py. */
export function isWeakKey(key: string): boolean {
  const characters = [...key]
  return characters.length < MIN_LENGTH || new Set(characters).size < MIN_DISTINCT || key.startsWith(INSECURE_PREFIX)
}

const secretKey: Rule = (context) => {
  if (valueOf(context, 'SECRET_KEY') === '') return [finding('coatcheck.secret-empty', 'error', ['SECRET_KEY'])]
  const key = context.secrets.get('SECRET_KEY')
  if (key === null || !isWeakKey(key)) return []
  const debug = valueOf(context, 'DEBUG')
  return [finding('security.W009', debug === false ? 'error' : 'info', ['SECRET_KEY'])]
}

/** Django 4.1 is the first with fallbacks. */
const BEFORE_FALLBACKS = ['2.2', '3.0', '3.1', '3.2', '4.0']

const fallbacks: Rule = (context) => {
  const version = context.reading.djangoVersion === null ? null : toDjangoVersion(context.reading.djangoVersion)
  if (version !== null && BEFORE_FALLBACKS.includes(version)) return []
  const found: DoctorFinding[] = []
  for (const name of context.secrets.names()) {
    if (!/^SECRET_KEY_FALLBACKS\[\d+\]$/.test(name)) continue
    const key = context.secrets.get(name)
    if (key !== null && isWeakKey(key)) found.push(finding('security.W025', valueOf(context, 'DEBUG') === false ? 'warning' : 'info', ['SECRET_KEY_FALLBACKS'], { name }))
  }
  return found
}

const hashing: Rule = (context) => (valueOf(context, 'DEFAULT_HASHING_ALGORITHM') === 'sha1' ? [finding('coatcheck.hashing-sha1', 'warning', ['DEFAULT_HASHING_ALGORITHM'])] : [])

export const keyRules: readonly Rule[] = [secretKey, fallbacks, hashing]
