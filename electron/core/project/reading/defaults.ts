import type { ProjectValue, SettingName } from '../../../../shared/model/project.ts'
import { NO_SUCH_SETTING } from '../../../../shared/model/project.ts'
import { toDjangoVersion } from '../../../../shared/model/django.ts'

const UNKNOWN_VERSION: ProjectValue = { $unknown: 'the version of Django decides, and is not known' }

/** Source: django/conf/global_settings.py, 2.2 to 6.1. */
const DEFAULTS: Readonly<Record<SettingName, ProjectValue>> = {
  SESSION_ENGINE: 'django.contrib.sessions.backends.db', SESSION_SERIALIZER: 'django.contrib.sessions.serializers.JSONSerializer', SESSION_CACHE_ALIAS: 'default',
  SESSION_FILE_PATH: null, SESSION_COOKIE_NAME: 'sessionid', SESSION_COOKIE_AGE: 1_209_600, SESSION_COOKIE_DOMAIN: null, SESSION_COOKIE_PATH: '/',
  SESSION_COOKIE_SECURE: false, SESSION_COOKIE_HTTPONLY: true, SESSION_COOKIE_SAMESITE: 'Lax', SESSION_SAVE_EVERY_REQUEST: false, SESSION_EXPIRE_AT_BROWSER_CLOSE: false,
  SECRET_KEY: '', SECRET_KEY_FALLBACKS: [], DEFAULT_HASHING_ALGORITHM: 'sha256', DEBUG: false, ALLOWED_HOSTS: [], USE_TZ: true, TIME_ZONE: 'America/Chicago',
  DATABASES: {}, DATABASE_ROUTERS: [], CACHES: { default: { BACKEND: 'django.core.cache.backends.locmem.LocMemCache' } }, CACHE_MIDDLEWARE_ALIAS: 'default',
  AUTH_USER_MODEL: 'auth.User', AUTHENTICATION_BACKENDS: ['django.contrib.auth.backends.ModelBackend'], INSTALLED_APPS: [], MIDDLEWARE: [],
  MESSAGE_STORAGE: 'django.contrib.messages.storage.fallback.FallbackStorage', ROOT_URLCONF: { $unknown: 'Django has no default for it' },
  CSRF_COOKIE_NAME: 'csrftoken', CSRF_COOKIE_SECURE: false, CSRF_COOKIE_HTTPONLY: false, CSRF_COOKIE_SAMESITE: 'Lax', CSRF_USE_SESSIONS: false, CSRF_TRUSTED_ORIGINS: [],
  SECURE_SSL_REDIRECT: false, SECURE_HSTS_SECONDS: 0, SECURE_PROXY_SSL_HEADER: null, MEDIA_ROOT: '', STATIC_ROOT: null,
}

/** Django's own value of a setting that the project does not set. @param version exact text; null: not known */
export function djangoDefault(name: SettingName, version: string | null): ProjectValue {
  const known = version === null ? null : toDjangoVersion(version)
  if (name === 'USE_TZ') return known === null ? UNKNOWN_VERSION : Number(known.split('.')[0]) >= 5
  if (name === 'DEFAULT_HASHING_ALGORITHM') return known === null ? UNKNOWN_VERSION : known === '3.1' || known === '3.2' ? 'sha256' : { $unknown: NO_SUCH_SETTING }
  if (name === 'SECRET_KEY_FALLBACKS' && known !== null && ['2.2', '3.0', '3.1', '3.2', '4.0'].includes(known)) return { $unknown: NO_SUCH_SETTING }
  return DEFAULTS[name]
}
