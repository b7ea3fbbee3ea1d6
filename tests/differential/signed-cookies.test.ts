import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CliWorld } from '../support/cli.ts'
import { createCliWorld } from '../support/cli.ts'
import { startApp } from '../support/app.ts'
import type { DjangoPython } from '../support/django.ts'
import { findDjangos, runPython } from '../support/django.ts'

const SECRET = 'jar-secret'
const SCRIPT = `
import json, sys, time
from unittest import mock
import django
from django.conf import settings
job = json.load(sys.stdin)
settings.configure(SECRET_KEY=job["secret"], INSTALLED_APPS=["django.contrib.sessions"], SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies", USE_TZ=True)
django.setup()
from django.contrib.sessions.backends.signed_cookies import SessionStore
def at(seconds):
    return mock.patch("django.core.signing.time.time", lambda: seconds)
out = {}
for name, (age, data) in job.get("make", {}).items():
    with at(job["now"] - age):
        session = SessionStore()
        session.update(data)
        session.save()
        out[name] = session.session_key
for name, value in job.get("load", {}).items():
    with at(job["now"]):
        out[name] = dict(SessionStore(value).load())
print(json.dumps(out))
`
const NOW = Date.UTC(2026, 10, 21, 10) / 1000
const django = async <T>(python: DjangoPython, job: Readonly<Record<string, unknown>>): Promise<T> => JSON.parse(await runPython(python, SCRIPT, { input: JSON.stringify({ secret: SECRET, now: NOW, ...job }) })) as T
const ENV = { COATCHECK_SECRET_KEY: SECRET }
const AT = ['--now', new Date(NOW * 1000).toISOString()]

interface Listed { readonly key: string; readonly state: string; readonly expireDate: string; readonly engine: string; readonly signature: { readonly state: string; readonly reason: string | null }; readonly data: unknown }

describe.each(findDjangos())('cookies that $label signs', (python) => {
  let world: CliWorld
  let file = ''
  let values: Readonly<Record<string, string>> = {}
  beforeEach(async () => {
    world = await createCliWorld()
    file = join(await mkdtemp(join(tmpdir(), 'coatcheck-cookies-')), 'cookies.txt')
    const twoWeeks = 14 * 86_400
    values = await django(python, { make: { fresh: [5, { cart: 2 }], edge: [twoWeeks, { a: 1 }], old: [twoWeeks + 1, { a: 1 }], empty: [0, {}], long: [9, { text: 'x'.repeat(500) }] } })
    const lines = Object.entries({ ...values, forged: `${values['fresh']?.slice(0, -2)}AA` }).map(([name, value]) => `${name}.example\tFALSE\t/\tFALSE\t0\tsessionid\t${value}`)
    await writeFile(file, `# Netscape HTTP Cookie File\n${lines.join('\n')}\n`)
  })

  it('are listed with what Django would make of each', async () => {
    const rows = (await world.run(['list', `jar://${file}`, '--json', '--data', '--sort', 'key', ...AT], { env: ENV })).lines() as Listed[]
    expect(Object.fromEntries(rows.map((row) => [row.key.replace(/^sessionid@|\.example$/g, ''), [row.state, row.signature.state, row.signature.reason]]))).toEqual({
      fresh: ['live', 'valid', null], long: ['live', 'valid', null], empty: ['live', 'valid', null],
      // Django refuses what is older than SESSION_COOKIE_AGE, not what is exactly as old.
      edge: ['live', 'valid', null], old: ['expired', 'valid', 'too-old'], forged: ['undecodable', 'bad', 'wrong-key'],
    })
    const seen = await django<Record<string, unknown>>(python, { load: values })
    for (const row of rows.filter(({ state }) => state === 'live')) expect(row.data).toEqual(seen[row.key.replace(/^sessionid@|\.example$/g, '')])
    expect(seen['old']).toEqual({})
    expect(rows.every(({ engine }) => engine === 'signed_cookies')).toBe(true)
  })

  it('are signed anew by set, printed to be copied, and loaded by Django; the file stays', async () => {
    const before = await readFile(file)
    const key = 'sessionid@fresh.example'
    const done = await world.run(['set', file, key, '--merge', '-', '--yes', '--json', ...AT], { env: ENV, input: '{"cart": 3}' })
    const { cookie, journal } = done.json() as { cookie: string; journal: string | null }
    expect(journal).toBeNull()
    expect(await django(python, { load: { it: cookie.slice('sessionid='.length) } })).toEqual({ it: { cart: 3 } })
    expect(await readFile(file)).toEqual(before)
    const shown = await world.run(['set', file, key, '--merge', '-', '--yes', ...AT], { env: ENV, input: '{"cart": 4}' })
    expect(shown.out).toContain('sessionid=')
    expect(shown.err).toContain('Browser: keeps its own copy')
  })

  it('cannot be deleted or ended here, and it says so', async () => {
    for (const command of [['delete', file, 'sessionid@fresh.example', '--yes'], ['expire', file, 'sessionid@fresh.example', '--yes']]) {
      const { exit, err } = await world.run([...command, ...AT], { env: ENV })
      expect(exit).toBe(1)
      expect(err).toContain('STORE_UNSUPPORTED')
    }
  })

  it('that were pasted are a jar in memory: found again by its id, kept nowhere', async () => {
    await using app = await startApp({ clock: () => NOW * 1000 })
    const cookies = `curl 'https://shop.example/' -H 'Cookie: csrftoken=x; sessionid=${values['fresh']}'`
    const source = await app.client.call('sources.open', { target: { kind: 'pasted', id: 'one' }, cookies, keys: { secretKey: SECRET } })
    expect(source).toMatchObject({ kind: 'jar', engine: 'signed_cookies', capabilities: { delete: false } })
    const { rows } = await app.client.call('sessions.listPage', { sourceId: source.id, order: { by: 'key', direction: 'asc' }, cursor: null, limit: 5 })
    expect(rows).toMatchObject([{ key: 'sessionid', state: 'live' }])
    const detail = await app.client.call('sessions.read', { sourceId: source.id, key: 'sessionid' })
    const plan = await app.client.call('changes.plan', { sourceId: source.id, change: { kind: 'edit', key: 'sessionid', ifEtag: detail?.etag ?? '', data: '{"cart":9}', expiry: null } })
    const result = await app.client.call('changes.apply', { planId: plan.planId })
    const after = await app.client.call('sessions.read', { sourceId: source.id, key: 'sessionid' })
    expect(await django(python, { load: { it: after?.text.text } })).toEqual({ it: { cart: 9 } })
    await app.client.call('changes.undo', { changeId: result.changeId ?? '' })
    expect((await app.client.call('sessions.read', { sourceId: source.id, key: 'sessionid' }))?.text.text).toBe(values['fresh'])
    expect((await app.client.call('sources.list', {})).recent).toEqual([])
    expect(JSON.stringify(app.sent.filter((message) => message.kind === 'reply').slice(0, 1))).not.toContain(values['fresh'])
    await app.client.call('sources.close', { sourceId: source.id })
    await expect(app.client.call('sources.open', { target: { kind: 'pasted', id: 'one' } })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })
})
