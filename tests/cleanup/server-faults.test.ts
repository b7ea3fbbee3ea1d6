import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CleanupReport, DryRun } from '../../shared/model/cleanup.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, dryRun, heldInTheMiddle, settled, unaccounted, undo, whyEnded } from '../support/cleanup.ts'
import type { PrivateSql } from '../support/private-sql.ts'
import { startPrivateSql, whyNoPrivateSql } from '../support/private-sql.ts'

const { signal } = new AbortController()
/** Five parts of a run. */
const SESSIONS = 10_000
const FILL = {
  postgres: `INSERT INTO django_session SELECT 'k' || lpad(n::text, 6, '0'), 'e30:' || n, now() - n * interval '1 minute' FROM generate_series(1, ${SESSIONS}) n`,
  mysql: `INSERT INTO django_session SELECT CONCAT('k', LPAD(seq, 6, '0')), CONCAT('e30:', seq), UTC_TIMESTAMP(6) - INTERVAL seq MINUTE FROM seq_1_to_${SESSIONS}`,
}

describe.each(['postgres', 'mysql'] as const)('%s, a server of its own', (kind) => {
  const missing = whyNoPrivateSql(kind)
  let server: PrivateSql

  beforeAll(async () => { if (missing === null) server = await startPrivateSql(kind) }, 120_000)
  afterAll(() => server?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    if (missing !== null) return
    await server.run('DELETE FROM django_session')
    await server.run(FILL[kind])
  })

  /** How many rows, and what all of them come to, to the microsecond. */
  async function rows(): Promise<{ readonly count: number; readonly hash: string }> {
    const found = await server.run(`SELECT session_key, session_data, CAST(expire_date AS char(40)) AS expire_date FROM django_session ORDER BY session_key`)
    return { count: found.length, hash: createHash('sha256').update(JSON.stringify(found)).digest('hex') }
  }

  async function look(app: TestApp, user?: string): Promise<DryRun> {
    const source = await app.client.call('sources.open', { target: { kind: 'url', url: server.url(user) } }, signal)
    const found = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
    expect(found.matched).toBe(SESSIONS)
    return found
  }

  /** Resumed until nothing is left that could be tried again: then all is done, and undo brings all of it back. */
  async function expectWhole(app: TestApp, runId: string, before: unknown): Promise<void> {
    let report = await app.client.call('cleanup.report', { runId }, signal)
    for (let times = 0; report.canResume && times < 3; times++) {
      await app.client.call('cleanup.resume', { runId, pace: 'full' }, signal)
      report = (await settled(app.client, runId)).report
    }
    expect(report, whyEnded(report)).toMatchObject({ state: 'done', counts: { matched: SESSIONS, done: SESSIONS }, undoable: SESSIONS })
    expect((await rows()).count).toBe(0)
    await undo(app.client, { runId, pace: 'full' })
    expect(await rows()).toEqual(before)
    expect(app.reported).toEqual([])
  }

  /** Goes on with a run that is held, and meets it with a fault in its next part. */
  async function struck(app: TestApp, runId: string, strike: () => Promise<void> | void): Promise<CleanupReport> {
    await Promise.all([app.client.call('cleanup.resume', { runId }, signal), strike()])
    const { report } = await settled(app.client, runId)
    expect(unaccounted(report)).toBe(0)
    return report
  }

  test.skipIf(missing !== null)('that stands still (SIGSTOP) is waited for so long and no longer: the run is interrupted and says why; then it is resumed', async () => {
    const before = await rows()
    await using app = await startApp({ patienceMs: 0 })
    const { dryRunId } = await look(app)
    await heldInTheMiddle(app.client, dryRunId)
    const report = await struck(app, dryRunId, () => server.freeze())
    server.thaw()
    expect(report).toMatchObject({ state: 'interrupted', canResume: true, canUndo: true, counts: { unknown: 0 } })
    expect(whyEnded(report)).toMatch(/has not answered for 10 seconds|lost before the store said/)
    await expectWhole(app, dryRunId, before)
  })

  test.skipIf(missing !== null)('that is killed and started again in the middle is waited for: the run goes on by itself', async () => {
    const before = await rows()
    await using app = await startApp()
    const { dryRunId } = await look(app)
    await heldInTheMiddle(app.client, dryRunId)
    const report = await struck(app, dryRunId, async () => {
      await server.kill()
      await server.restart()
    })
    expect(report, whyEnded(report)).toMatchObject({ state: 'done', counts: { done: SESSIONS, left: 0, failed: 0, unknown: 0 } })
    await expectWhole(app, dryRunId, before)
  })

  test.skipIf(missing !== null)('that takes away the leave to delete interrupts the run and says so; given back, it goes on', async () => {
    const before = await rows()
    await using app = await startApp()
    const { dryRunId } = await look(app, 'janitor')
    const held = await heldInTheMiddle(app.client, dryRunId)
    const janitor = kind === 'postgres' ? 'janitor' : "'janitor'@'%'"
    await server.run(`REVOKE DELETE ON django_session FROM ${janitor}`)
    const report = await struck(app, dryRunId, () => undefined)
    expect(report).toMatchObject({ state: 'interrupted', canResume: true, canUndo: true, counts: { done: held.counts.done, unknown: 0 } })
    expect(whyEnded(report)).toMatch(/not allowed|read-only|may not/)
    expect((await rows()).count).toBe(SESSIONS - held.counts.done)
    await server.run(`GRANT DELETE ON django_session TO ${janitor}`)
    await expectWhole(app, dryRunId, before)
  })

  test.skipIf(missing !== null)('that ends every connection in the middle is connected to anew: the run goes on by itself', async () => {
    const before = await rows()
    await using app = await startApp()
    const { dryRunId } = await look(app)
    await heldInTheMiddle(app.client, dryRunId)
    const report = await struck(app, dryRunId, async () => {
      if (kind === 'postgres') await server.run('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = \'shop\' AND pid <> pg_backend_pid()')
      else for (const { id } of await server.run('SELECT id FROM information_schema.processlist WHERE db = \'shop\' AND id <> CONNECTION_ID()')) await server.run(`KILL ${String(id)}`).catch(() => undefined)
    })
    expect(report, whyEnded(report)).toMatchObject({ state: 'done', counts: { done: SESSIONS, left: 0, failed: 0, unknown: 0 } })
    await expectWhole(app, dryRunId, before)
  })
})
