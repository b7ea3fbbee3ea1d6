import type { DjangoPython } from './django.ts'
import { runPython } from './django.ts'
import { TABLE_KEY } from './session-table.ts'

const SETUP = `
import json, logging, sys
import django
from django.conf import settings
settings.configure(SECRET_KEY="${TABLE_KEY}", USE_TZ=True, INSTALLED_APPS=["django.contrib.sessions"], DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}})
django.setup()
logging.disable(logging.CRITICAL)
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore(sys.argv[2])
`

/** What a request with this session key would find, as JSON; `{}` where Django refuses it. */
export function loadInDjango(python: DjangoPython, file: string, key: string): Promise<string> {
  return runPython(python, `${SETUP}\nprint(json.dumps(session.load()), end="")`, { args: [file, key] })
}

/** What a view does with `request.session[name] = value`, saved at once. */
export async function saveInDjango(python: DjangoPython, file: string, key: string, change: { readonly name: string; readonly json: string }): Promise<void> {
  await runPython(python, `${SETUP}\nsession[sys.argv[3]] = json.loads(sys.argv[4])\nsession.save()`, { args: [file, key, change.name, change.json] })
}

/** What a request with this cookie would find where the engine is signed_cookies, as JSON; `{}` where Django refuses it. */
export function loadCookieInDjango(python: DjangoPython, value: string): Promise<string> {
  const setup = SETUP.replace('sys.argv[1]', '":memory:"').replace('backends.db', 'backends.signed_cookies').replace('SessionStore(sys.argv[2])', 'SessionStore(sys.argv[1])')
  return runPython(python, `${setup}\nprint(json.dumps(session.load()), end="")`, { args: [value] })
}
