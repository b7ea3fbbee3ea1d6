import { DJANGO_VERSIONS, beyondKnown, toDjangoVersion } from '../../../../shared/model/django.ts'
import type { DoctorFinding } from '../../../../shared/model/project.ts'
import { whyUnknown } from '../../../../shared/model/project.ts'
import type { Rule } from './context.ts'
import { engineOf, finding, valueOf } from './context.ts'

const OTHERS_MAY_LIST = 0o055

const serializer: Rule = (context) => {
  const engine = engineOf(context)
  const value = valueOf(context, 'SESSION_SERIALIZER')
  // The cache engine pickles by itself, and never looks at SESSION_SERIALIZER.
  if (engine === 'cache' || typeof value !== 'string') return []
  const isPickle = context.facts?.serializer?.kind === 'pickle' || value.endsWith('.PickleSerializer')
  if (!isPickle) return []
  const version = context.reading.djangoVersion === null ? null : toDjangoVersion(context.reading.djangoVersion)
  const isGone = version !== null && Number(version.split('.')[0]) >= 5 && value === 'django.contrib.sessions.serializers.PickleSerializer'
  return [finding(isGone ? 'coatcheck.pickle-gone' : 'coatcheck.pickle', isGone || engine === 'signed_cookies' ? 'error' : 'warning', ['SESSION_SERIALIZER'])]
}

/** Nothing is refused: what is read by the rules of another release says so. */
const release: Rule = ({ reading }) => {
  const side = reading.djangoVersion === null ? null : beyondKnown(reading.djangoVersion)
  if (side === null) return []
  const oldest = DJANGO_VERSIONS[0]
  const newest = DJANGO_VERSIONS[DJANGO_VERSIONS.length - 1] ?? oldest
  return [finding(`coatcheck.django-${side}`, 'warning', [], { version: reading.djangoVersion ?? '', oldest, newest })]
}

const cookies: Rule = (context) => (engineOf(context) === 'signed_cookies' ? [finding('coatcheck.signed-cookies', 'info', ['SESSION_ENGINE'])] : [])

const files: Rule = (context) => {
  const path = valueOf(context, 'SESSION_FILE_PATH')
  if (engineOf(context) !== 'file' || whyUnknown(path) !== null) return []
  // Django takes any false value for none.
  if (path === null || path === '') return [finding('coatcheck.file-temporary', 'warning', ['SESSION_FILE_PATH'])]
  if (typeof path !== 'string') return []
  const there = context.look(path)
  if (there === null) return []
  if (there.kind !== 'folder') return [finding('coatcheck.file-missing', 'error', ['SESSION_FILE_PATH'], { path })]
  return (there.mode & OTHERS_MAY_LIST) !== 0 && process.platform !== 'win32' ? [finding('coatcheck.file-permission', 'warning', ['SESSION_FILE_PATH'], { path })] : []
}

const MANY_ROWS = 10_000

/** What the doctor says of expired rows that were counted. */
export function findExpired(count: number): readonly DoctorFinding[] {
  return count === 0 ? [] : [finding('coatcheck.expired-rows', count > MANY_ROWS ? 'warning' : 'info', ['SESSION_ENGINE'], { count })]
}

const expired: Rule = ({ expiredRows }) => (expiredRows === null ? [] : findExpired(expiredRows))

export const engineRules: readonly Rule[] = [release, serializer, cookies, files, expired]
