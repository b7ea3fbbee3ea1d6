import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openUsers } from '../../electron/core/stores/users/open-users.ts'
import type { UserProfile } from '../../electron/core/stores/users/open-users.ts'
import type { UserTable } from '../../shared/model/owner.ts'
import { AUTH_USER } from '../../shared/model/owner.ts'
import { never } from '../conformance/store/harness.ts'
import { findDjangos, runPython } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import { whyNoDriver } from './server-peer.ts'

/** Real user tables: `auth.User`, and a model of a project's own with a UUID and other names. */
const SCRIPT = `
import json, sys
arg = json.load(sys.stdin)
sys.path.insert(0, arg["folder"])
if arg["database"]["ENGINE"].endswith("mysql"):
    import pymysql
    pymysql.version_info = (2, 2, 1, "final", 0)
    pymysql.__version__ = "2.2.1"
    pymysql.install_as_MySQLdb()
import django
from django.conf import settings
settings.configure(SECRET_KEY="k", DATABASES={"default": arg["database"]}, AUTH_USER_MODEL=arg["model"], DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"] + (["people"] if arg["model"] != "auth.User" else []))
django.setup()
from django.contrib.auth import get_user_model
from django.core.management import call_command
call_command("migrate", verbosity=0, run_syncdb=True)
User = get_user_model()
answer = {}
for name, staff, root, active in [("ana", True, False, True), ("Ben O'Kafor", False, False, False), ("anastasia", True, True, True), ("100%_a", False, False, True)]:
    user = User(**{User.USERNAME_FIELD: name, User.EMAIL_FIELD: name + "@shop.example", "password": "!"})
    for flag, value in [("is_staff", staff), ("is_superuser", root), ("is_active", active)]:
        if any(f.name == flag for f in User._meta.fields):
            setattr(user, flag, value)
    user.save()
    answer[name] = User._meta.pk.value_to_string(user)
print(json.dumps(answer))
`
const PEOPLE = `
import uuid
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
class Person(AbstractBaseUser):
    uid = models.UUIDField(primary_key=True, default=uuid.uuid4)
    login = models.CharField(max_length=100, unique=True)
    mail = models.EmailField()
    is_staff = models.BooleanField(default=False)
    USERNAME_FIELD = "login"
    EMAIL_FIELD = "mail"
    class Meta:
        app_label = "people"
        db_table = "people of the shop"
`
const PERSON: UserTable = { table: 'people of the shop', schema: null, columns: { id: 'uid', username: 'login', email: 'mail', isActive: 'is_active', isStaff: 'is_staff', isSuperuser: 'is_superuser', password: 'password' } }
/** `_get_user_session_key` of django/contrib/auth/__init__.py. */
const CAN_BE = `
import json, sys
from django.core.exceptions import ValidationError
from django.db import models
arg = json.load(sys.stdin)
def can_be(text):
    try:
        getattr(models, arg["field"])().to_python(text)
        return True
    except ValidationError:
        return False
print(json.dumps([can_be(text) for text in arg["asked"]]))`

const MODELS = [{ model: 'auth.User', table: AUTH_USER }, { model: 'people.Person', table: PERSON }]
const KINDS = ['sqlite', 'postgres', 'mysql'] as const

interface Place extends AsyncDisposable {
  readonly settings: Readonly<Record<string, unknown>>
  profile(users: UserTable): UserProfile
}

async function makePlace(kind: (typeof KINDS)[number], folder: string): Promise<Place> {
  if (kind === 'sqlite') {
    const path = join(folder, 'db.sqlite3')
    return { settings: { ENGINE: 'django.db.backends.sqlite3', NAME: path }, profile: (users) => ({ kind, path, users }), [Symbol.asyncDispose]: async () => undefined }
  }
  const database = await makeDatabase(kind, '')
  const place = database.profile()
  const ENGINE = `django.db.backends.${kind === 'postgres' ? 'postgresql' : 'mysql'}`
  return {
    settings: { ENGINE, HOST: place.host, PORT: place.port, USER: place.user, PASSWORD: place.password ?? '', NAME: place.database },
    profile: (users) => ({ kind, place, users }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

async function whyNot(python: DjangoPython | undefined, kind: (typeof KINDS)[number]): Promise<string | null> {
  if (python === undefined) return 'no Python with Django'
  return kind === 'sqlite' ? null : ((await whyNoServer(kind)) ?? whyNoDriver(python, kind))
}

const [python] = findDjangos()
const reasons = { sqlite: await whyNot(python, 'sqlite'), postgres: await whyNot(python, 'postgres'), mysql: await whyNot(python, 'mysql') }

describe.each(KINDS)('owners in a table of Django on %s', (kind) => {
  describe.skipIf(reasons[kind] !== null).each(MODELS)('$model', ({ model, table }) => {
    let folder = ''
    let place: Place
    let ids: Record<string, string>
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'coatcheck-owners-'))
      await mkdir(join(folder, 'people'))
      await writeFile(join(folder, 'people/__init__.py'), '')
      await writeFile(join(folder, 'people/models.py'), PEOPLE)
      place = await makePlace(kind, folder)
      if (python === undefined) throw new Error('skipped')
      ids = JSON.parse(await runPython(python, SCRIPT, { input: JSON.stringify({ folder, model, database: place.settings }) })) as Record<string, string>
    })
    afterEach(async () => {
      await place[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    it('are found by the ids that sessions hold; which of the others can be none, Django says', async () => {
      await using users = await openUsers(place.profile(table))
      expect(await users.describe(never)).toBe(table.table)
      const asked = [ids['ana'] ?? '', '987654321', ' 987654321 ', '+987_654_321', '-1', '1.0', '1e3', '0x1f', '٣', '{00000000-0000-0000-0000-000000000000}', 'urn:uuid:00000000-0000-0000-0000-000000000000', '0'.repeat(32), `${'0'.repeat(31)}g`, 'c0ffee', "x' OR 1=1 --", ids["Ben O'Kafor"] ?? '', 'a\0b', '99999999999999999999', '']
      const owners = await users.byIds(asked, never)
      expect(owners.map(({ id }) => id)).toEqual(asked)
      const known = new Set([ids['ana'], ids["Ben O'Kafor"]])
      if (python === undefined) throw new Error('skipped')
      const canBe = JSON.parse(await runPython(python, CAN_BE, { input: JSON.stringify({ field: model === 'auth.User' ? 'AutoField' : 'UUIDField', asked }) })) as boolean[]
      expect(owners.map(({ id, state }) => [id, state])).toEqual(asked.map((id, index) => [id, known.has(id) ? 'known' : canBe[index] === true ? 'gone' : 'no-key']))
      const hasFlags = model === 'auth.User'
      expect(owners[0]).toEqual({ id: ids['ana'], state: 'known', username: 'ana', email: 'ana@shop.example', isActive: hasFlags ? true : null, isStaff: true, isSuperuser: hasFlags ? false : null })
      expect(owners.find(({ id }) => id === ids["Ben O'Kafor"])).toMatchObject({ username: "Ben O'Kafor", isActive: hasFlags ? false : null, isStaff: false })
    })

    it('are found by name, and by the beginning of it', async () => {
      await using users = await openUsers(place.profile(table))
      expect(await users.idsOf('ana', 10, never)).toEqual([ids['ana']])
      expect([...(await users.idsOf('ana*', 10, never))].sort()).toEqual([ids['ana'], ids['anastasia']].sort())
      expect(await users.idsOf('100%_*', 10, never)).toEqual([ids['100%_a']])
      expect(await users.idsOf('*', 2, never)).toHaveLength(2)
      expect(await users.idsOf("nobody' --", 10, never)).toEqual([])
    })

    it('are found by a part of name or e-mail in either case, or by id, a few at a time, those that begin so first', async () => {
      await using users = await openUsers(place.profile(table))
      const names = async (text: string, limit = 10): Promise<readonly (string | null)[]> => (await users.search(text, limit, never)).map(({ username }) => username)
      expect(await names('ANA')).toEqual(['ana', 'anastasia'])
      expect((await names('a')).slice(0, 2)).toEqual(['ana', 'anastasia'])
      expect([...(await names('shop.example'))].sort()).toEqual(["Ben O'Kafor", '100%_a', 'ana', 'anastasia'].sort())
      expect(await names("o'k")).toEqual(["Ben O'Kafor"])
      expect(await names('%_')).toEqual(['100%_a'])
      expect(await names(`#${ids['ana'] ?? ''}`)).toEqual(['ana'])
      expect(await names('', 2)).toHaveLength(2)
      expect(await names("x' OR 1=1 --")).toEqual([])
      expect((await users.search('anastasia', 1, never))[0]).toMatchObject({ id: ids['anastasia'], state: 'known', email: 'anastasia@shop.example', isStaff: true })
    })

    it('nobody is named where the table, or its key, is another', async () => {
      await using elsewhere = await openUsers(place.profile({ ...table, table: 'no_such_table' }))
      expect(await elsewhere.describe(never)).toBeNull()
      await using keyless = await openUsers(place.profile({ ...table, columns: { ...table.columns, id: 'no_such_column' } }))
      expect(await keyless.byIds(['1'], never)).toMatchObject([{ id: '1', state: 'gone' }])
    })
  })
})
