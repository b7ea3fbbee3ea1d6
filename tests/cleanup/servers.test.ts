import { describe, expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, clean, dryRun, settled, undo } from '../support/cleanup.ts'
import { currentDjango } from '../support/django.ts'
import type { TestDatabase } from '../support/sql-servers.ts'
import { UTC, connectApp, makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import { runDjangoOn, whyNoDriver } from '../differential/server-peer.ts'
import { saying } from '../support/saying.ts'

const python = currentDjango()
const { signal } = new AbortController()

const FILL = `
import random
dice = random.Random(3)
now = timezone.now()
store = SessionStore()
Session.objects.bulk_create([Session(session_key="%032x" % dice.getrandbits(128), session_data=store.encode({"n": n}), expire_date=now + timedelta(hours=dice.choice([-1, 1]) * (1 + n % 300))) for n in range(arg["rows"])], batch_size=1000)
answer(None)`
const ROWS = 'answer([[s.session_key, s.session_data, micros(s.expire_date)] for s in Session.objects.order_by("session_key")])'

function urlOf({ name, profile }: TestDatabase): string {
  const { kind, host, port, user, password } = profile()
  return `${kind === 'postgres' ? 'postgresql' : 'mysql'}://${user}${password === '' ? '' : `:${password}`}@${host}:${port}/${name}?mode=rw`
}

describe.each(['postgres', 'mysql'] as const)('%s, filled by real Django', async (kind) => {
  const missing = (await whyNoServer(kind)) ?? (await whyNoDriver(python, kind))

  test.skipIf(missing !== null)('the same survivors as clear_expired, undo byte for byte', async () => {
    if (python === null) return
    await using database = await makeDatabase(kind)
    await runDjangoOn(python, UTC, database.profile(), FILL, { rows: 6000 })
    await using app = await startApp()
    const rows = (): Promise<unknown> => runDjangoOn(python, UTC, database.profile(), ROWS)
    const before = await rows()
    const source = await app.client.call('sources.open', { target: { kind: 'url', url: urlOf(database) } }, signal)
    const report = await clean(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
    const ours = await rows()
    expect(report.counts).toMatchObject({ done: report.counts.matched, left: 0 })
    expect(report.counts.matched).toBeGreaterThan(2000)
    await undo(app.client, { runId: report.runId, pace: 'full' })
    expect(await rows()).toEqual(before)
    await runDjangoOn(python, UTC, database.profile(), 'SessionStore.clear_expired(); answer(None)')
    expect(ours).toEqual(await rows())
    expect(app.reported).toEqual([])
  })

  test.skipIf(missing !== null)('a row that somebody holds is left and told; the others go, and nobody waits for them', async () => {
    if (python === null) return
    await using database = await makeDatabase(kind)
    await runDjangoOn(python, UTC, database.profile(), FILL, { rows: 300 })
    await using app = await startApp()
    const source = await app.client.call('sources.open', { target: { kind: 'url', url: urlOf(database) } }, signal)
    const found = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
    const [sample] = found.samples
    if (sample === undefined) throw new Error('Nothing has expired.')
    const holder = await connectApp(kind, database.name)
    await holder.run('BEGIN')
    await holder.run(`SELECT session_key FROM django_session WHERE session_key = '${sample.row.key}' FOR UPDATE`)
    await app.client.call('cleanup.start', { dryRunId: found.dryRunId }, signal)
    const { report } = await settled(app.client, found.dryRunId)
    expect(report.counts).toMatchObject({ done: found.matched - 1, changed: 1, left: 0 })
    const { exceptions } = await app.client.call('cleanup.exceptions', { runId: found.dryRunId, offset: 0, limit: 5 }, signal)
    expect(exceptions).toEqual([{ key: sample.row.key, outcome: 'conflict', reason: saying('Another program holds this row.') }])
    await holder.run('ROLLBACK')
    await holder[Symbol.asyncDispose]()
  })
})
