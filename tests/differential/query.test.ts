import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentDjango, runPython } from '../support/django.ts'
import { startApp } from '../support/app.ts'

const python = currentDjango()

/** Serializer for sites that moved from PickleSerializer to one of their own. */
const PICKLES = `
import pickle
class Pickles:
    def dumps(self, obj):
        return pickle.dumps(obj, pickle.HIGHEST_PROTOCOL)
    def loads(self, data):
        return pickle.loads(data)
`

/** Sessions made by real Django, and the keys of those whose data, as Django loads it, a Python condition holds for. */
const SCRIPT = `
import json, random, sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
arg = json.load(sys.stdin)
sys.path.insert(0, arg["folder"])
import django
from django.conf import settings
settings.configure(SECRET_KEY="query-key", DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": arg["folder"] + "/db.sqlite3"}}, USE_TZ=True,
    INSTALLED_APPS=["django.contrib.sessions"], SESSION_SERIALIZER=arg["serializer"])
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
pickles = arg["serializer"] != "django.contrib.sessions.serializers.JSONSerializer"
rng = random.Random(7)
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
for index in range(300):
    store = SessionStore()
    if rng.random() < .6:
        store["_auth_user_id"] = str(rng.randrange(5))
    if rng.random() < .5:
        items = [{"sku": rng.choice(["A1", "B2", "Größe"]), "qty": rng.randrange(5)} for _ in range(rng.randrange(3))]
        store["cart"] = tuple(items) if pickles else items
    if rng.random() < .7:
        store["visit_count"] = rng.choice([0, 1, 9, 10, 11, 10 ** 30, 2 ** 53 + 1, 2.5, True, None, "10", "ten"])
    if rng.random() < .5:
        when = START + timedelta(hours=rng.randrange(-50, 50))
        store["seen"] = when if pickles else when.isoformat()
    if pickles and rng.random() < .5:
        store["price"] = Decimal(rng.randrange(1000)) / 100
    store.set_expiry(datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1 + index))
    if rng.random() < .2:
        store["note"] = "x" * rng.randrange(5000)
    store.save()
is_number = lambda value: isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
scope = {"is_number": is_number, "START": START, "datetime": datetime, "Decimal": Decimal}
rows = [(row.session_key, row.get_decoded(), len(row.session_data)) for row in Session.objects.order_by("session_key")]
print(json.dumps({query: [key for key, d, size in rows if eval(condition, dict(scope, d=d, size=size, key=key))] for query, condition in arg["queries"]}))
`

const QTYS = 'for i in d.get("cart", ())'
const WHEN = '(lambda s: datetime.fromisoformat(s) if isinstance(s, str) else s)(d["seen"])'

/** A query, and what it asks, in Python: `d` is the session data. */
const QUERIES = [
  ['has:cart', '"cart" in d'],
  ['-has:cart', '"cart" not in d'],
  ['has:cart[1].sku', 'len(d.get("cart", ())) > 1'],
  ['cart[].qty>1', `any(i["qty"] > 1 ${QTYS})`],
  ['-cart[].qty>1', `not any(i["qty"] > 1 ${QTYS})`],
  ['cart[-1].sku=A1|B2', 'len(d.get("cart", ())) > 0 and d["cart"][-1]["sku"] in ("A1", "B2")'],
  ['cart[].sku!=A1', `any(i["sku"] != "A1" ${QTYS})`],
  ['visit_count>=10', 'is_number(d.get("visit_count")) and d["visit_count"] >= 10'],
  ['visit_count=9007199254740993', 'd.get("visit_count") == 2 ** 53 + 1'],
  ['visit_count<2.6', 'is_number(d.get("visit_count")) and d["visit_count"] < 2.6'],
  ['visit_count=10', '"visit_count" in d and d["visit_count"] in (10, "10") and d["visit_count"] is not True'],
  ['visit_count="10"', 'd.get("visit_count") == "10"'],
  ['visit_count=true', 'd.get("visit_count") is True'],
  ['visit_count=null', '"visit_count" in d and d["visit_count"] is None'],
  ['seen<2026-01-01', `"seen" in d and ${WHEN} < START`],
  ['seen>=2026-01-01T10:00Z', `"seen" in d and ${WHEN} >= START.replace(hour=10)`],
  ['price>=5', '"price" in d and d["price"] >= 5'],
  ['user:#3', 'd.get("_auth_user_id") == "3"'],
  ['user:none', '"_auth_user_id" not in d'],
  ['größe', `any(i["sku"] == "Größe" ${QTYS})`],
  ['size>200', 'size > 200'],
  ['key:a*', 'key.startswith("a")'],
  ['has:cart user:any -visit_count>1', '"cart" in d and "_auth_user_id" in d and not (is_number(d.get("visit_count")) and d["visit_count"] > 1)'],
] as const

describe.skipIf(python === null)(`queries against ${python?.label ?? 'no Django'}`, () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coatcheck-query-'))
    await writeFile(join(folder, 'own_pickles.py'), PICKLES)
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it.each(['django.contrib.sessions.serializers.JSONSerializer', 'own_pickles.Pickles'])('find what Python finds in the data of %s', async (serializer) => {
    if (python === null) throw new Error('no Django')
    const expected = JSON.parse(await runPython(python, SCRIPT, { folder, input: JSON.stringify({ folder, serializer, queries: QUERIES }) })) as Record<string, string[]>
    await using app = await startApp()
    const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'sqlite', path: join(folder, 'db.sqlite3'), table: 'django_session' }, keys: { secretKey: 'query-key', fallbacks: [] } })
    const found: Record<string, string[]> = {}
    for (const [where] of QUERIES) {
      const pages = await Array.fromAsync(app.client.stream('sessions.search', { sourceId, where, order: { by: 'key', direction: 'asc' } }, new AbortController().signal))
      found[where] = pages.flatMap(({ rows }) => rows.map(({ key }) => key))
    }
    expect(found).toEqual(expected)
    // Each question has an answer that is neither nothing nor everything, but for prices, which JSON has none of.
    for (const [where, keys] of Object.entries(found)) if (!where.startsWith('price')) expect([where, keys.length > 0 && keys.length < 300]).toEqual([where, true])
  })
})
