import { afterAll, describe, expect, test } from 'vitest'
import { describeSession, readSession } from '../../electron/core/sessions/inspect.ts'
import { listSessions } from '../../electron/core/sessions/browse.ts'
import { remove, setKey } from '../../renderer/src/components/tree/edit-data.ts'
import type { PlannedChange } from '../../shared/model/change.ts'
import type { CacheContainer, CachePayload, StoreCapabilities } from '../../shared/model/store.ts'
import type { DataNode } from '../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../shared/values/notation.ts'
import { findDjangos, runPython } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import type { MemorySource } from '../support/memory-source.ts'
import { memorySource } from '../support/memory-source.ts'

/** One session in every layout of Django's own caches; what is read again is compared in Python, type by type. */
const SCRIPT = String.raw`
import base64, datetime, decimal, json, os, pickle, sys, tempfile, time, uuid, zlib
from django.conf import settings
settings.configure(CACHES={"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tempfile.mkdtemp()}})
from django.core.cache import caches
cache = caches["default"]

def session():
    cart = [{"sku": "A1", "qty": 2, "price": decimal.Decimal("9.90")}]
    return {
        "_auth_user_id": "42", "cart": cart, "same": cart, "at": datetime.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc), "day": datetime.date(2026, 1, 2),
        "pair": (1, "x"), "seen": {1, 2, 3}, "raw": b"\x00\xff", "id": uuid.UUID(int=7), "big": 10 ** 40, 5: "five", "text": "é" * 40,
    }

def edited(job):
    value = session()
    value["n"] = 2
    value["cart"][0]["qty"] = 3
    del value["raw"]
    if job.get("expiry"): value["_session_expiry"] = job["expiry"]
    return value

def write(job):
    value = session()
    if job["container"] == "file-cache":
        cache.set("k", value, 1000)
        with open(cache._key_to_file("k"), "rb") as stored: return stored.read()
    data = pickle.dumps(value, job["protocol"])
    return base64.b64encode(data) if job["container"] == "database-cache" else data

def read(job):
    data = base64.b64decode(job["base64"])
    if job["container"] == "file-cache":
        cache.set("k", 1)
        with open(cache._key_to_file("k"), "wb") as stored: stored.write(data)
        return cache.get("k"), pickle.load(open(cache._key_to_file("k"), "rb")) if os.path.exists(cache._key_to_file("k")) else None
    if job["container"] == "database-cache": data = base64.b64decode(data)
    return pickle.loads(data), None

def same(a, b):
    return type(a) is type(b) and a == b and all(type(x) is type(y) for x, y in zip(a.values(), b.values()))

def graph(job):
    value = pickle.loads(base64.b64decode(job["base64"]))
    return {"value": repr({name: "same" if item is value["same"] else "other" for name, item in value.items()}), "inner": value["same"][-1] is value.get("line")}

def run(job):
    if job["do"] == "shared":
        lines = [{"sku": "A0"}, {"sku": "A1"}]
        return {"base64": base64.b64encode(pickle.dumps({"cart": lines, "same": lines, "line": lines[1]}, 5)).decode()}
    if job["do"] == "graph": return graph(job)
    if job["do"] == "write": return {"base64": base64.b64encode(write(job)).decode()}
    value, until = read(job)
    if value is None: return {"missing": True}
    wanted = edited(job) if job["edited"] else session()
    return {"same": same(value, wanted), "shared": value["cart"] is value["same"], "order": list(map(str, value)), "until": until, "value": repr(value)}

json.dump([run(job) for job in json.load(sys.stdin)], sys.stdout)
`

interface Answer { readonly base64: string; readonly same: boolean; readonly shared: boolean; readonly until: number | null; readonly missing?: boolean; readonly value: string }

const ask = async (python: DjangoPython, job: object): Promise<Answer> => ((JSON.parse(await runPython(python, SCRIPT, { input: JSON.stringify([job]) })) as [Answer])[0])

const NOW = Date.now()
const signal = new AbortController().signal
const KEY = 'k3v9ta0q81zx0f0m2hw9tjd4cx7b1ne0'
const EXPIRY: Readonly<Record<string, StoreCapabilities['expiry']>> = { 'redis': 'ttl', 'file-cache': 'ttl', 'database-cache': 'column' }

function openWith(container: CacheContainer, data: Uint8Array): MemorySource {
  const payload: CachePayload = { kind: 'cache-value', container, reader: 'django', serializer: 'pickle', compressor: null }
  const opened = memorySource({ now: NOW, payload, capabilities: { sort: [], expiry: EXPIRY[container] ?? 'ttl' }, settings: { engine: 'cache' } })
  opened.rows.set(KEY, { data, expireDate: (NOW + 600_000) * 1000 })
  return opened
}

async function detail({ source }: MemorySource) {
  const session = await readSession(source, KEY, NOW, signal)
  if (session === null) throw new Error('gone')
  return describeSession(source, session, NOW, signal)
}

async function apply({ changes, target }: MemorySource, change: PlannedChange) {
  const plan = await changes.plan(target, change, signal)
  return { plan, result: await changes.apply(plan.planId, signal) }
}

/** One more of the first line, no `raw`, and `n`. */
function editedData(notation: string): string {
  const parsed = parseNotation(notation.replace('"qty": 2', '"qty": 3'))
  if (!parsed.ok || parsed.node.kind !== 'dict') throw new Error(notation)
  const kept = parsed.node.entries.filter(({ key }) => key.kind !== 'str' || key.value !== 'raw')
  return formatNotation({ kind: 'dict', entries: [...kept, { key: { kind: 'str', value: 'n' }, value: { kind: 'int', digits: '2' } }] }, { interchange: false })
}

const djangos = findDjangos()
let agreed = 0
afterAll(() => console.log(`cache values edited and read again by Python: ${agreed} of ${agreed} agree`))

describe.skipIf(djangos.length === 0).each(djangos.map((python) => ({ name: python.label, python })))('$name reads what was edited', ({ python }) => {
  const protocols = [0, 1, 2, 3, 4, 5].map((protocol) => ({ container: 'redis' as const, protocol }))
  test.each([...protocols, { container: 'database-cache' as const, protocol: 5 }, { container: 'file-cache' as const, protocol: 5 }])('$container, protocol $protocol: equal, type by type, in the form found', async ({ container, protocol }) => {
    const found = Buffer.from((await ask(python, { do: 'write', container, protocol })).base64, 'base64')
    const opened = openWith(container, found)
    const before = await detail(opened)
    expect(before).toMatchObject({ row: { state: 'live', signature: { state: 'absent' }, serializer: 'pickle', userId: '42' }, text: { djangoSees: 'data', cache: { container } } })
    const { rows } = await listSessions(opened.source, { order: { by: 'stored', direction: 'asc' }, cursor: null, limit: 10 }, NOW, signal)
    expect(rows).toEqual([before.row])

    const data = editedData(before.text.data ?? '')
    const { plan, result } = await apply(opened, { kind: 'edit', key: KEY, ifEtag: before.etag, data, expiry: null })
    expect(result).toMatchObject({ changed: 1 })
    expect(plan.layers.map(({ place, sentence, written }) => [place, sentence.id, written])).toContainEqual(['signature', 'changes.layers.unsigned', false])
    expect(plan.checks.filter(({ level }) => level === 'warn')).toEqual([])
    const written = opened.rows.get(KEY)?.data ?? new Uint8Array()
    const answer = await ask(python, { do: 'read', container, edited: true, base64: Buffer.from(written).toString('base64') })
    expect(answer, answer.value).toMatchObject({ same: true, shared: true })
    agreed += 1

    const [entry] = await opened.journal.list()
    if (entry === undefined) throw new Error('nothing was journalled')
    const undone = await opened.changes.undo(opened.target, entry, signal)
    expect(undone).toMatchObject({ changed: 1 })
    expect(Buffer.from(opened.rows.get(KEY)?.data ?? []).equals(found)).toBe(true)
  })

  test('objects that are shared are shared after edits of the tree: renamed, moved, their first place gone', async () => {
    const found = Buffer.from((await ask(python, { do: 'shared' })).base64, 'base64')
    const before = await detail(openWith('redis', found))
    const parsed = parseNotation(before.text.data ?? '')
    if (!parsed.ok) throw new Error('not readable')
    const { node } = parsed
    const edits: readonly [string, DataNode, string][] = [
      ['renamed', setKey(node, [0], { kind: 'str', value: 'basket/~1' }), "{'basket/~1': 'same', 'same': 'same', 'line': 'other'}"],
      ['a line before it gone', remove(node, [0, 0]), "{'cart': 'same', 'same': 'same', 'line': 'other'}"],
      ['its first place gone', remove(node, [0]), "{'same': 'same', 'line': 'other'}"],
      ['its key no text', setKey(node, [0], { kind: 'int', digits: '7' }), "{7: 'same', 'same': 'same', 'line': 'other'}"],
    ]
    for (const [what, edited, wanted] of edits) {
      const opened = openWith('redis', found)
      await apply(opened, { kind: 'edit', key: KEY, ifEtag: before.etag, data: formatNotation(edited, { interchange: false }), expiry: null })
      expect(await ask(python, { do: 'graph', base64: Buffer.from(opened.rows.get(KEY)?.data ?? []).toString('base64') }), what).toEqual({ value: wanted, inner: true })
    }
  })

  test('an end set in a file of FileBasedCache stands at its head; ending it changes nothing else', async () => {
    const found = Buffer.from((await ask(python, { do: 'write', container: 'file-cache', protocol: 5 })).base64, 'base64')
    const opened = openWith('file-cache', found)
    await apply(opened, { kind: 'expire', sessions: [{ key: KEY, ifEtag: null }], expiry: { kind: 'browser-close' } })
    const until = (opened.rows.get(KEY)?.expireDate ?? 0) / 1e6
    const answer = await ask(python, { do: 'read', container: 'file-cache', edited: false, base64: Buffer.from(opened.rows.get(KEY)?.data ?? []).toString('base64') })
    expect(answer.until).toBe(until)
    expect(answer.value).toContain("'_session_expiry': 0")

    const again = openWith('file-cache', found)
    const { plan } = await apply(again, { kind: 'expire', sessions: [{ key: KEY, ifEtag: null }], expiry: { kind: 'now' } })
    expect(plan.checks.map(({ sentence }) => sentence.id)).not.toContain('changes.checks.noKey')
    const ended = Buffer.from(again.rows.get(KEY)?.data ?? [])
    expect(ended.subarray(-200).equals(found.subarray(-200))).toBe(true)
    expect(await ask(python, { do: 'read', container: 'file-cache', edited: false, base64: ended.toString('base64') })).toEqual({ missing: true })
    expect((await detail(again)).text).toMatchObject({ djangoSees: 'empty', problem: { reason: 'file-over' } })
  })
})
