import type { DoctorFinding, SettingName } from '../../../../shared/model/project.ts'
import { whyUnknown } from '../../../../shared/model/project.ts'
import type { FindingId } from '../../../../shared/words/en/doctor.ts'
import type { DoctorContext, Rule } from './context.ts'
import { deploySeverity, finding, lists, valueOf } from './context.ts'

const SESSION_MIDDLEWARE = 'django.contrib.sessions.middleware.SessionMiddleware'
const CSRF_MIDDLEWARE = 'django.middleware.csrf.CsrfViewMiddleware'
const DAY_S = 86_400
/** Chrome's and Firefox's limit for the life of a cookie (RFC 6265bis). */
const BROWSER_DAYS = 400
const SHORT_S = 300

/** django/core/checks/security/sessions.py: True is tested with `is`. */
const flags: Rule = (context) => [
  ...flag(context, 'SESSION_COOKIE_SECURE', ['security.W010', 'security.W011', 'security.W012']),
  ...flag(context, 'SESSION_COOKIE_HTTPONLY', ['security.W013', 'security.W014', 'security.W015']),
]

function flag(context: DoctorContext, name: SettingName, [app, middleware, both]: readonly [FindingId, FindingId, FindingId]): DoctorFinding[] {
  const value = valueOf(context, name)
  if (whyUnknown(value) !== null || value === true) return []
  const [hasMiddleware, hasApp] = [lists(context, 'MIDDLEWARE', SESSION_MIDDLEWARE), lists(context, 'INSTALLED_APPS', 'django.contrib.sessions')]
  if (hasMiddleware === null || hasApp === null || (!hasMiddleware && !hasApp)) return []
  return [finding(hasMiddleware && hasApp ? both : hasMiddleware ? middleware : app, deploySeverity(context), [name])]
}

/** django/core/checks/security/csrf.py. */
const csrf: Rule = (context) => {
  const hasMiddleware = lists(context, 'MIDDLEWARE', CSRF_MIDDLEWARE)
  if (hasMiddleware === false) return [finding('security.W003', deploySeverity(context), ['MIDDLEWARE'])]
  const [secure, inSession] = [valueOf(context, 'CSRF_COOKIE_SECURE'), valueOf(context, 'CSRF_USE_SESSIONS')]
  const isOpen = hasMiddleware === true && whyUnknown(secure) === null && secure !== true && whyUnknown(inSession) === null && (inSession === false || inSession === null || inSession === 0)
  return isOpen ? [finding('security.W016', deploySeverity(context), ['CSRF_COOKIE_SECURE'])] : []
}

/** What browsers refuse, which Django does not check. */
const refused: Rule = (context) => {
  const [secure, sameSite, name, path, domain] = (['SESSION_COOKIE_SECURE', 'SESSION_COOKIE_SAMESITE', 'SESSION_COOKIE_NAME', 'SESSION_COOKIE_PATH', 'SESSION_COOKIE_DOMAIN'] as const).map((setting) => valueOf(context, setting))
  const found: DoctorFinding[] = []
  if (sameSite === 'None' && secure === false) found.push(finding('coatcheck.samesite-none', 'error', ['SESSION_COOKIE_SAMESITE', 'SESSION_COOKIE_SECURE']))
  const isHost = typeof name === 'string' && name.startsWith('__Host-')
  const breaks = secure === false || (isHost && ((typeof path === 'string' && path !== '/') || (typeof domain === 'string' && domain !== '')))
  if (typeof name === 'string' && (isHost || name.startsWith('__Secure-')) && breaks) found.push(finding('coatcheck.cookie-prefix', 'error', ['SESSION_COOKIE_NAME', 'SESSION_COOKIE_SECURE'], { name }))
  if (secure === true && valueOf(context, 'DEBUG') === true) found.push(finding('coatcheck.secure-while-debug', 'info', ['SESSION_COOKIE_SECURE']))
  return found
}

const age: Rule = (context) => {
  const seconds = valueOf(context, 'SESSION_COOKIE_AGE')
  if (typeof seconds !== 'number') return []
  if (seconds <= 0) return [finding('coatcheck.age-none', 'error', ['SESSION_COOKIE_AGE'], { seconds })]
  if (seconds < SHORT_S) return [finding('coatcheck.age-short', 'warning', ['SESSION_COOKIE_AGE'], { seconds })]
  return seconds > BROWSER_DAYS * DAY_S ? [finding('coatcheck.age-long', 'warning', ['SESSION_COOKIE_AGE'], { days: Math.round(seconds / DAY_S) })] : []
}

const everyRequest: Rule = (context) => (valueOf(context, 'SESSION_SAVE_EVERY_REQUEST') === true ? [finding('coatcheck.every-request', 'info', ['SESSION_SAVE_EVERY_REQUEST'])] : [])

export const cookieRules: readonly Rule[] = [flags, csrf, refused, age, everyRequest]
