import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DjangoPython } from './django.ts'
import { runPython } from './django.ts'

const SETUP = `
import json, sys, time
sys.path.append("/usr/lib/python3/dist-packages")
job = json.load(sys.stdin)
if job["rows"]["ENGINE"].endswith("mysql"):
    import pymysql
    pymysql.version_info = (2, 2, 1, "final", 0)
    pymysql.__version__ = "2.2.1"
    pymysql.install_as_MySQLdb()
import django
from django.conf import settings
settings.configure(
    SECRET_KEY=job["secret"], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField", INSTALLED_APPS=["django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends.cached_db",
    DATABASES={"default": job["rows"]},
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
  /** Path of the SQLite file, where the rows are in one. */
  readonly database: string
  readonly secret: string
  /** Runs in real Django with cached_db; `answer(value)` is what comes back. */
  django<T>(script: string, arg?: Readonly<Record<string, unknown>>): Promise<T>
}

type Setting = Readonly<Record<string, unknown>>

/**
 * A site with cached_db, empty.
 * @param cache CACHES['default'] of Django. Debian's libraries serve the Django of a virtual environment too, where that has none of its own
 * @param server DATABASES['default']; missing: a SQLite file of its own
 */
export async function makeCachedDbSite(python: DjangoPython, cache: Setting, server?: Setting & { readonly ENGINE: string }): Promise<CachedDbSite> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-cached-db-'))
  const database = join(folder, 'db.sqlite3')
  const secret = 'cached-db-secret'
  const rows = server ?? { ENGINE: 'django.db.backends.sqlite3', NAME: database }
  const django = async <T>(script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> => JSON.parse(await runPython(python, `${SETUP}\n${script}`, { input: JSON.stringify({ ...arg, secret, rows, cache }) })) as T
  await django('call_command("migrate", verbosity=0); call_command("createcachetable", verbosity=0); cache.clear(); answer(None)')
  return { database, secret, django, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
