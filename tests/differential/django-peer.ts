import type { DjangoPython } from '../support/django.ts'
import { runPython } from '../support/django.ts'

export interface DjangoClock {
  readonly useTz: boolean
  readonly timeZone: string
}

/** Django with one SQLite database and the sessions app. The script sees `arg` (JSON) and answers through `answer(…)`. */
const SETUP = `
import json, sys
from datetime import datetime, timedelta, timezone as tz
from unittest import mock
arg = json.load(sys.stdin)
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="key of the tests", USE_TZ=arg["clock"]["useTz"], TIME_ZONE=arg["clock"]["timeZone"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": arg["database"]}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.sessions"],
)
django.setup()
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
EPOCH = datetime(1970, 1, 1, tzinfo=tz.utc)
def micros(value):
    "The instant that Python sees in a datetime, aware or naive in TIME_ZONE."
    if value.tzinfo is None:
        value = value.replace(tzinfo=timezone.get_default_timezone())
    return (value - EPOCH) // timedelta(microseconds=1)
def moment(micros):
    "What timezone.now() gives at an instant."
    value = EPOCH + timedelta(microseconds=micros)
    return value if settings.USE_TZ else value.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)
def at(micros):
    return mock.patch("django.utils.timezone.now", lambda: moment(micros))
def raw():
    with connection.cursor() as cursor:
        cursor.execute("select session_key, cast(expire_date as text), typeof(expire_date) from django_session")
        return {row[0]: row[1] for row in cursor.fetchall()}
def answer(value):
    print(json.dumps(value))
`

export async function runDjango<T>(python: DjangoPython, clock: DjangoClock, database: string, script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> {
  return JSON.parse(await runPython(python, `${SETUP}\n${script}`, { input: JSON.stringify({ ...arg, clock, database }) })) as T
}
