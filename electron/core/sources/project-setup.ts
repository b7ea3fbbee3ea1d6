import type { CookieSettings } from '../../../shared/model/cookie.ts'
import { DEFAULT_COOKIE } from '../../../shared/model/cookie.ts'
import { toDjangoVersion } from '../../../shared/model/django.ts'
import type { ProjectSettings, ProjectStore, ProjectValue } from '../../../shared/model/project.ts'
import type { EngineId } from '../../../shared/model/store.ts'
import type { Keyring } from '../codecs/decoder.ts'
import type { ProjectKnowledge } from '../project/read-project.ts'
import type { SessionSettings } from '../sessions/session-source.ts'
import { DEFAULT_SETTINGS } from '../sessions/session-source.ts'
import { toKeyring } from './source-registry.ts'

/** How sessions of a project are read, as far as its settings are known; Django's defaults elsewhere. */
export function setupOf({ facts, reading, keySalt, trusted }: ProjectKnowledge, engine: EngineId): SessionSettings {
  const { settings } = reading
  const { useTz, timeZone } = facts
  return {
    ...DEFAULT_SETTINGS,
    engine,
    cookieName: facts.cookieName ?? DEFAULT_SETTINGS.cookieName,
    cookieAgeSeconds: facts.cookieAgeSeconds ?? DEFAULT_SETTINGS.cookieAgeSeconds,
    expireAtBrowserClose: facts.expireAtBrowserClose ?? DEFAULT_SETTINGS.expireAtBrowserClose,
    saveEveryRequest: facts.saveEveryRequest,
    serializer: serializerOf(facts.serializer),
    keySalt,
    djangoVersion: facts.djangoVersion === null ? null : toDjangoVersion(facts.djangoVersion),
    clock: useTz !== null && timeZone !== null ? { useTz, timeZone, origin: 'settings' } : DEFAULT_SETTINGS.clock,
    cookie: cookieOf(settings),
    userLogin: { isDjangos: trusted?.facts.userTable?.isDjangos ?? true, backends: trusted?.facts.backendWays ?? {} },
    authBackends: textsOf(settings.AUTHENTICATION_BACKENDS.value),
  }
}

/** SECRET_KEY and its fallbacks, as far as they could be read. */
export function keyringOf({ secrets }: ProjectKnowledge): Keyring {
  const fallbacks: string[] = []
  for (let secret = secrets.get('SECRET_KEY_FALLBACKS[0]'); secret !== null; secret = secrets.get(`SECRET_KEY_FALLBACKS[${fallbacks.length}]`)) fallbacks.push(secret)
  return toKeyring({ secretKey: secrets.get('SECRET_KEY'), fallbacks })
}

export function engineOf({ kind }: ProjectStore): EngineId {
  return kind === 'custom' ? 'db' : kind
}

function serializerOf(path: string | null): 'json' | 'pickle' | null {
  return path === null ? null : /\.PickleSerializer$/.test(path) ? 'pickle' : /\.JSONSerializer$/.test(path) ? 'json' : null
}

/** `assumed` where any of them is not known: a part of the truth would be taken for all of it. */
function cookieOf(settings: ProjectSettings): CookieSettings {
  const domain = settings.SESSION_COOKIE_DOMAIN.value
  const path = settings.SESSION_COOKIE_PATH.value
  const secure = settings.SESSION_COOKIE_SECURE.value
  const httpOnly = settings.SESSION_COOKIE_HTTPONLY.value
  const sameSite = sameSiteOf(settings.SESSION_COOKIE_SAMESITE.value)
  if ((domain !== null && typeof domain !== 'string') || typeof path !== 'string' || typeof secure !== 'boolean' || typeof httpOnly !== 'boolean' || sameSite === undefined) return DEFAULT_COOKIE
  return { domain: domain === '' ? null : domain, path, secure, httpOnly, sameSite, origin: 'settings' }
}

/** Any falsy value leaves the attribute out. undefined: not known. */
function sameSiteOf(value: ProjectValue): CookieSettings['sameSite'] | undefined {
  if (value === null || value === false || value === '') return null
  const known = { lax: 'Lax', strict: 'Strict', none: 'None' } as const
  const name = typeof value === 'string' ? value.toLowerCase() : ''
  return Object.hasOwn(known, name) ? known[name as keyof typeof known] : undefined
}

function textsOf(value: ProjectValue): readonly string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null
}
