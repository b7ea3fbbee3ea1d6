import type { DoctorFinding } from '../../../../shared/model/project.ts'
import type { Rule } from './context.ts'
import { engineOf, finding, lists, textsOf, valueOf } from './context.ts'

const SESSION = 'django.contrib.sessions.middleware.SessionMiddleware'
const AUTH = 'django.contrib.auth.middleware.AuthenticationMiddleware'
const MESSAGE = 'django.contrib.messages.middleware.MessageMiddleware'
const CSRF = 'django.middleware.csrf.CsrfViewMiddleware'

/** A class of the project may be a subclass of Django's: then nothing is said to be missing. */
function mayBeSubclass(middleware: readonly string[], name: string): boolean {
  return middleware.some((item) => !item.startsWith('django.') && item.toLowerCase().includes(name))
}

const order: Rule = (context) => {
  const middleware = textsOf(context.reading.settings, 'MIDDLEWARE')
  if (middleware === null || mayBeSubclass(middleware, 'session')) return []
  const session = middleware.indexOf(SESSION)
  const needs = [AUTH, ...(valueOf(context, 'MESSAGE_STORAGE') === 'django.contrib.messages.storage.session.SessionStorage' ? [MESSAGE] : []), ...(valueOf(context, 'CSRF_USE_SESSIONS') === true ? [CSRF] : [])]
  if (session < 0) return middleware.includes(AUTH) ? [finding('coatcheck.no-session-middleware', 'error', ['MIDDLEWARE'])] : []
  return needs.filter((item) => middleware.includes(item) && middleware.indexOf(item) < session)
    .map((item) => finding('coatcheck.session-after', 'error', ['MIDDLEWARE'], { other: item.slice(item.lastIndexOf('.') + 1) }))
}

/** django/contrib/admin/checks.py. */
const admin: Rule = (context) => {
  const middleware = textsOf(context.reading.settings, 'MIDDLEWARE')
  if (middleware === null || lists(context, 'INSTALLED_APPS', 'django.contrib.admin') !== true) return []
  const found: DoctorFinding[] = []
  if (!middleware.includes(AUTH) && !mayBeSubclass(middleware, 'auth')) found.push(finding('admin.E408', 'error', ['MIDDLEWARE']))
  if (!middleware.includes(MESSAGE) && !mayBeSubclass(middleware, 'message')) found.push(finding('admin.E409', 'error', ['MIDDLEWARE']))
  if (!middleware.includes(SESSION) && !mayBeSubclass(middleware, 'session')) found.push(finding('admin.E410', 'error', ['MIDDLEWARE']))
  return found
}

const sessionsApp: Rule = (context) => {
  const engine = engineOf(context)
  const needs = engine === 'db' || engine === 'cached_db'
  const middleware = lists(context, 'MIDDLEWARE', SESSION)
  return needs && middleware === true && lists(context, 'INSTALLED_APPS', 'django.contrib.sessions') === false ? [finding('coatcheck.sessions-app', 'error', ['INSTALLED_APPS', 'SESSION_ENGINE'])] : []
}

export const middlewareRules: readonly Rule[] = [order, admin, sessionsApp]
