import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DjangoPython } from './django.ts'
import { runPython } from './django.ts'

const SETUP = `
import json, sys, time
import django
from django.conf import settings
job = json.load(sys.stdin)
settings.configure(
    SECRET_KEY=job["secret"], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField", INSTALLED_APPS=["django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends.cached_db",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": job["database"]}},
    CACHES={"default": job["cache"]},
)
django.setup()
from django.core.management import call_command
from django.contrib.sessions.backends.cached_db import SessionStore, KEY_PREFIX
from django.contrib.sessions.models import Session
from django.core.cache import caches
cache = caches["default"]
def copy(key):
    return cache.get(KEY_PREFIX + key)
def load(key):
    "What a request with this cookie would get."
    session = SessionStore(key)
    return dict(session.items()), session.session_key
def answer(value):
    print(json.dumps(value))
`

export interface CachedDbSite extends AsyncDisposable {
  readonly database: string
  readonly secret: string
  /** Runs in real Django with cached_db; `answer(value)` is what comes back. */
  django<T>(script: string, arg?: Readonly<Record<string, unknown>>): Promise<T>
}

/** A site with cached_db over SQLite and any cache, empty. @param cache CACHES['default'] of Django */
export async function makeCachedDbSite(python: DjangoPython, cache: Readonly<Record<string, unknown>>): Promise<CachedDbSite> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-cached-db-'))
  const database = join(folder, 'db.sqlite3')
  const secret = 'cached-db-secret'
  const django = async <T>(script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> => JSON.parse(await runPython(python, `${SETUP}\n${script}`, { input: JSON.stringify({ ...arg, secret, database, cache }) })) as T
  await django('call_command("migrate", verbosity=0); cache.clear(); answer(None)')
  return { database, secret, django, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
