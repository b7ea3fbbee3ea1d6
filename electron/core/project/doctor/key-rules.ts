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

const fallbacks: Rule = (context) => {
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
