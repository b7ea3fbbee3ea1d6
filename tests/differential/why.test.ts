import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createInlineDecoder } from '../../electron/core/codecs/inline-decoder.ts'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { createOwners } from '../../electron/core/sessions/owners.ts'
import { DEFAULT_SETTINGS } from '../../electron/core/sessions/session-source.ts'
import { explainLogin } from '../../electron/core/sessions/why.ts'
import { openUsers } from '../../electron/core/stores/users/open-users.ts'
import { AUTH_USER } from '../../shared/model/owner.ts'
import { toDjangoVersion } from '../../shared/model/django.ts'
import { say } from '../../shared/words/say.ts'
import { never } from '../conformance/store/harness.ts'
import { findDjangos, runPython } from '../support/django.ts'

/** For each cause a session made by Django's own login, then what causes it, then what Django's own middleware makes of a request with it. */
const SCRIPT = `
import json, sys
from datetime import timedelta
arg = json.load(sys.stdin)
import django
from django.conf import settings
settings.configure(SECRET_KEY="new key", DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": arg["database"]}}, USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"], INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"])
if django.VERSION >= (4, 1):
    settings.SECRET_KEY_FALLBACKS = ["old key"]
django.setup()
from django.contrib.auth import authenticate, get_user, login
from django.core.exceptions import ValidationError
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.http import HttpRequest
from django.test import override_settings
from django.utils import timezone
call_command("migrate", verbosity=0)
keys = {}
def session_of(name, backend="django.contrib.auth.backends.ModelBackend", **over):
    user = User.objects.create_user(name, password="pw")
    request = HttpRequest()
    with override_settings(**over):
        request.session = SessionStore()
        login(request, user, backend=backend)
        request.session.save()
    keys[name] = request.session.session_key
    return user
session_of("live")
if django.VERSION >= (4, 1):
    session_of("hash-by-fallback", SECRET_KEY="old key", SECRET_KEY_FALLBACKS=[])
session_of("in-date"); Session.objects.filter(pk=keys["in-date"]).update(expire_date=timezone.now() - timedelta(days=1))
session_of("readable", SECRET_KEY="a stranger's key", **({"SECRET_KEY_FALLBACKS": []} if django.VERSION >= (4, 1) else {}))
session_of("backend", backend="shop.backends.TokenBackend", AUTHENTICATION_BACKENDS=["shop.backends.TokenBackend"])
session_of("user").delete()
user = session_of("active"); user.is_active = False; user.save()
user = session_of("hash"); user.set_password("another"); user.save()
anonymous = SessionStore(); anonymous["cart"] = 1; anonymous.save(); keys["login"] = anonymous.session_key
half = SessionStore(); half["_auth_user_id"] = "1"; half.save(); keys["login without a backend"] = half.session_key
wrong = SessionStore(); wrong.update({"_auth_user_id": "c0ffee", "_auth_user_backend": "django.contrib.auth.backends.ModelBackend"}); wrong.save(); keys["user that no key can be"] = wrong.session_key
wrong = SessionStore(); wrong["_auth_user_id"] = "c0ffee"; wrong.save(); keys["user that no key can be, without a backend"] = wrong.session_key
spelt = SessionStore(session_key=keys["live"]); spelt.load(); other = SessionStore(); other.update({**spelt._session, "_auth_user_id": " +1 "}); other.save(); keys["live with a spelling of the id"] = other.session_key
keys["exists"] = "0123456789abcdef0123456789abcdef"
outcomes = {}
for name, key in keys.items():
    request = HttpRequest(); request.session = SessionStore(session_key=key)
    # get_user flushes what it refuses: afterwards the session would be gone.
    with transaction.atomic():
        try:
            outcomes[name] = get_user(request).username
        except ValidationError:
            outcomes[name] = "ValidationError"
        transaction.set_rollback(True)
print(json.dumps({"keys": keys, "outcomes": outcomes, "version": django.get_version()}))
`

const ROWS = { payload: { kind: 'session-text' }, expiry: 'column', hasNaiveDates: true } as const

interface Made {
  readonly keys: Readonly<Record<string, string>>
  /** The username that a request with that session has; '' for an anonymous one. */
  readonly outcomes: Readonly<Record<string, string>>
  readonly version: string
}

describe.each(findDjangos())('why a session is logged out, by $label', (python) => {
  let folder = ''
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'coatcheck-why-')) })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('names the cause that Django stops at, and none where it lets the user in', async () => {
    const path = join(folder, 'db.sqlite3')
    const { keys, outcomes, version } = JSON.parse(await runPython(python, SCRIPT, { input: JSON.stringify({ database: path }) })) as Made
    await using store = await openStore({ kind: 'sqlite', path, table: 'django_session', clock: DEFAULT_SETTINGS.clock })
    await using users = await openUsers({ kind: 'sqlite', path, users: AUTH_USER })
    const settings = { ...DEFAULT_SETTINGS, djangoVersion: toDjangoVersion(version), authBackends: ['django.contrib.auth.backends.ModelBackend'] }
    const keyring = [{ name: 'SECRET_KEY', secret: 'new key' }, { name: 'SECRET_KEY_FALLBACKS[0]', secret: 'old key' }]
    const source = { store, decoder: createInlineDecoder(), settings, keyring, owners: createOwners(users, Date.now), ...ROWS }
    for (const [name, key] of Object.entries(keys)) {
      const report = await explainLogin({ name: 'shop', source, others: [] }, key, Date.now(), never)
      const isLive = outcomes[name] !== '' && outcomes[name] !== 'ValidationError'
      expect(report.verdict, `${name}: ${say(report.sentence)}`).toBe(isLive ? 'live' : 'logged-out')
      expect(report.isCertain, name).toBe(true)
      expect(report.checks.at(-1)?.id, name).toBe(isLive ? 'hash' : name.split(' ')[0])
      expect(say(report.sentence).includes('Django fails'), name).toBe(outcomes[name] === 'ValidationError')
      if (name === 'login without a backend') expect(say(report.next)).toContain('names user 1')
      for (const { detail } of report.checks) expect(say(detail), detail.id).not.toBe(detail.id)
    }
    const made = Object.keys(keys).length
    expect(made).toBeGreaterThanOrEqual(9)
  })

  it('says what it cannot know instead of guessing', async () => {
    const path = join(folder, 'db.sqlite3')
    const { keys } = JSON.parse(await runPython(python, SCRIPT, { input: JSON.stringify({ database: path }) })) as Made
    await using store = await openStore({ kind: 'sqlite', path, table: 'django_session', clock: DEFAULT_SETTINGS.clock })
    const source = { store, decoder: createInlineDecoder(), settings: DEFAULT_SETTINGS, keyring: [], owners: null, ...ROWS }
    const report = await explainLogin({ name: 'shop', source, others: [] }, keys['hash'] ?? '', Date.now(), never)
    expect(report).toMatchObject({ verdict: 'live', isCertain: false })
    expect(report.checks.map(({ ok }) => ok)).toEqual([true, true, null, true, null, null, null])
  })
})
