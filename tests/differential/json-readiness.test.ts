import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReadinessReport, RotationReport } from '../../shared/model/report.ts'
import { startApp } from '../support/app.ts'
import { createCliWorld } from '../support/cli.ts'
import { oldDjango } from '../support/django.ts'
import type { PickleSite } from '../support/pickle-site.ts'
import { makePickleSite, PROOF_FILE } from '../support/pickle-site.ts'
import { TABLE_KEY } from '../support/session-table.ts'

const django = oldDjango()

describe.skipIf(django === null)(`a site on PickleSerializer, by ${django?.label ?? 'no Django before 5.0'}`, () => {
  let folder = ''
  let site: PickleSite = { file: '', fates: {} }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coatcheck-readiness-'))
    if (django !== null) site = await makePickleSite(django, folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function lastReport(): Promise<ReadinessReport> {
    await using app = await startApp()
    const source = await app.client.call('sources.open', { target: { kind: 'sqlite', path: site.file }, keys: { secretKey: TABLE_KEY, fallbacks: [] } })
    const steps = await Array.fromAsync(app.client.stream('reports.jsonReadiness', { sourceId: source.id }))
    const last = steps.at(-1)
    if (last === undefined) throw new Error('no report')
    return last
  }

  test('we tell of each session what Django’s JSONSerializer does with it', async () => {
    const { findings, done, examined, pickled } = await lastReport()
    expect({ done, examined, pickled }).toEqual({ done: true, examined: Object.keys(site.fates).length, pickled: Object.keys(site.fates).length })
    for (const [key, fate] of Object.entries(site.fates)) {
      if (fate === null) continue
      const effects = findings.filter(({ samples, sessions }) => samples.includes(key) || (sessions > samples.length && key.startsWith('paid'))).map(({ effect }) => effect)
      const ours = effects.includes('fails') ? 'fails' : effects.includes('changes') ? 'changes' : 'survives'
      expect({ key, fate: ours }).toEqual({ key, fate })
    }
  })

  test('it counts by place and type, and names what would run without running it', async () => {
    const report = await lastReport()
    expect(report.findings).toEqual(expect.arrayContaining([
      expect.objectContaining({ path: 'paid_at', type: 'datetime', effect: 'fails', sessions: 14, values: 14 }),
      expect.objectContaining({ path: 'cart.items[].price', type: 'Decimal', effect: 'fails', sessions: 14, values: 28 }),
      expect.objectContaining({ path: 'visits["1"]', type: 'int', effect: 'changes', sessions: 1 }),
      expect.objectContaining({ path: 'cart', type: 'shop.Cart', effect: 'fails', sessions: 1 }),
      expect.objectContaining({ path: 'ratio', effect: 'python-only' }),
    ]))
    expect(report.findings.map(({ path }) => path)).not.toContain('hook')
    expect(report.calls).toEqual([{ call: expect.stringMatching(/^posix\.system\('touch |^os\.system\('touch /), sessions: 1, samples: ['hostile'.padEnd(32, '0')] }])
    expect(existsSync(join(folder, PROOF_FILE))).toBe(false)
  })

  test('on the command line: lines for people, one object for programs', async () => {
    const env = { COATCHECK_SECRET_KEY: TABLE_KEY }
    const cli = await createCliWorld()
    const text = await cli.run(['report', site.file, 'json-readiness'], { env })
    expect({ exit: text.exit, err: text.err }).toEqual({ exit: 0, err: '' })
    expect(text.out).toMatch(/^\d+ keys in \d+ sessions will not survive\.\n/)
    expect(text.out).toContain("would call posix.system('touch ")
    const json = (await cli.run(['report', site.file, 'json-readiness', '--json'], { env })).json()
    expect(json).toMatchObject({ v: 1, report: 'json-readiness', examined: Object.keys(site.fates).length, unreadable: 0 })
    const rotation = (await cli.run(['report', site.file, 'key-rotation', '--json'], { env })).json() as RotationReport
    expect(rotation.groups.map(({ keyName, sessions }) => [keyName, sessions])).toEqual([['SECRET_KEY', Object.keys(site.fates).length], [null, 0]])
    expect(existsSync(join(folder, PROOF_FILE))).toBe(false)
  })
})
