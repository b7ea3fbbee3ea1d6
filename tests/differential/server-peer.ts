import type { ServerProfile } from '../support/sql-servers.ts'
import type { DjangoPython } from '../support/django.ts'
import { runPython } from '../support/django.ts'
import type { DjangoClock } from './django-peer.ts'

/** Django on a database server. The script sees `arg` (JSON) and answers through `answer(…)`. */
const SETUP = `
import json, sys
from datetime import datetime, timedelta, timezone as tz
arg = json.load(sys.stdin)
place = arg["place"]
if place["kind"] == "mysql":
    import pymysql
    pymysql.version_info = (2, 2, 1, "final", 0)
    pymysql.__version__ = "2.2.1"
    pymysql.install_as_MySQLdb()
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="key of the tests", USE_TZ=arg["clock"]["useTz"], TIME_ZONE=arg["clock"]["timeZone"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql" if place["kind"] == "postgres" else "django.db.backends.mysql",
        "HOST": place["host"], "PORT": place["port"], "USER": place["user"], "PASSWORD": place["password"], "NAME": place["database"],
    }},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.sessions"],
)
django.setup()
from django.core.management import call_command
from django.utils import timezone
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
EPOCH = datetime(1970, 1, 1, tzinfo=tz.utc)
def micros(value):
    "The instant that Python sees in a datetime, aware or naive in TIME_ZONE."
    if value.tzinfo is None:
        value = value.replace(tzinfo=timezone.get_default_timezone())
    return (value - EPOCH) // timedelta(microseconds=1)
def answer(value):
    print(json.dumps(value))
`

export async function runDjangoOn<T>(python: DjangoPython, clock: DjangoClock, place: ServerProfile, script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> {
  return JSON.parse(await runPython(python, `${SETUP}\n${script}`, { input: JSON.stringify({ ...arg, clock, place }) })) as T
}

const DRIVERS = { postgres: 'psycopg2', mysql: 'pymysql' } as const

/** null: this Python can talk to such a server. */
export async function whyNoDriver(python: DjangoPython | null, kind: ServerProfile['kind']): Promise<string | null> {
  if (python === null) return 'no Python with Django'
  const why = await runPython(python, `import ${DRIVERS[kind]}`).then(() => null, () => `${python.label} has no ${DRIVERS[kind]}`)
  if (why !== null) console.warn(`\n*** ${why}: install it beside Django to compare with it. ***\n`)
  return why
}
