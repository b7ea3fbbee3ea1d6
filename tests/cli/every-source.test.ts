import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PlannedChange } from '../../shared/model/change.ts'
import type { SessionDetail } from '../../shared/model/session.ts'
import type { SourceTarget } from '../../shared/model/source.ts'
import { startApp } from '../support/app.ts'
import { createCliWorld } from '../support/cli.ts'
import { TABLE_KEY } from '../support/session-table.ts'
import type { SourceForm } from '../support/source-forms.ts'
import { SOURCE_FORMS, explainForms } from '../support/source-forms.ts'

const HOUR = 3600
const whyNot = await explainForms()

const forms = Object.entries(SOURCE_FORMS).map(([form, make]) => ({ form, make, why: whyNot(form), title: `${form}${whyNot(form) === null ? '' : ` (skipped: ${whyNot(form)})`}` }))

describe.each(forms)('$title', ({ form, make, why }) => {
  describe.skipIf(why !== null)('through every layer of the program', () => {
    let stack: AsyncDisposableStack
    let source: SourceForm
    beforeEach(async () => {
      stack = new AsyncDisposableStack()
      source = await make(stack)
    })
    afterEach(() => stack.disposeAsync())

    /** A jar holds copies of what browsers hold: their end is the age of their signature, and nobody can move it there. */
    const hasEnd = form !== 'jar://'
    const isHashed = form === 'djcache://'
    /** Django's own file engine takes a number for no end at all, so that an instant stands there. */
    const expectEnd = (data: unknown): void => {
      if (form !== 'file://') expect(data).toEqual({ n: 1, _session_expiry: HOUR })
      else expect(Math.abs(Date.parse((data as { _session_expiry: string })._session_expiry) - Date.now() - HOUR * 1000)).toBeLessThan(60_000)
    }

    test('the core that a window has lists it, reads it, gives it another end and takes that back', async () => {
      await using app = await startApp()
      const { client } = app
      const target: SourceTarget = source.cache === undefined ? { kind: 'url', url: source.url } : { kind: 'pair', row: source.url, cache: source.cache }
      const opened = await client.call('sources.open', { target, keys: { secretKey: TABLE_KEY, fallbacks: [] }, clock: { useTz: true, timeZone: 'UTC' } })
      expect(opened).toMatchObject({ environment: 'local', lock: 'none' })
      expect(opened.readOnlyReason).toBeNull()
      const sourceId = opened.id
      const { rows } = await client.call('sessions.listPage', { sourceId, order: { by: 'stored', direction: 'asc' }, cursor: null, limit: 10 })
      expect(rows).toMatchObject([{ state: 'live' }])
      if (!isHashed) expect(rows[0]?.key).toBe(source.key)

      const read = async (): Promise<SessionDetail> => {
        const detail = await client.call('sessions.read', { sourceId, key: source.key })
        if (detail === null) throw new Error('There is no such session.')
        return detail
      }
      const before = await read()
      expect(JSON.parse(before.text.data ?? '')).toEqual({ n: 1 })
      const change: PlannedChange = { kind: 'expire', sessions: [{ key: source.key, ifEtag: before.etag }], expiry: { kind: 'in', seconds: HOUR } }
      if (!hasEnd) {
        await expect(client.call('changes.plan', { sourceId, change })).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
        return
      }
      const { planId } = await client.call('changes.plan', { sourceId, change })
      expect((await read()).etag).toBe(before.etag)
      const result = await client.call('changes.apply', { planId })
      expect(result).toMatchObject({ changed: 1, failed: 0, outcomes: [{ outcome: 'done' }] })
      const after = await read()
      expectEnd(JSON.parse(after.text.data ?? ''))
      expect(after.row.state).toBe('live')
      expect(await client.call('changes.undo', { changeId: result.changeId ?? '' })).toMatchObject({ changed: 1, failed: 0 })
      const back = await read()
      expect(back.text.data).toBe(before.text.data)
      expect(Math.abs((back.row.expireDate ?? 0) - (before.row.expireDate ?? 0))).toBeLessThanOrEqual(2000)
      expect(app.reported).toEqual([])
    })

    test('the command line lists it, shows it, gives it another end and takes that back', async () => {
      const world = await createCliWorld()
      stack.defer(() => rm(world.dataFolder, { recursive: true, force: true }))
      const journal = join(world.dataFolder, 'undo.jsonl')
      const pair = source.cache === undefined ? [] : ['--cache', source.cache]
      const run = (command: string, ...args: string[]): ReturnType<typeof world.run> => world.run([command, source.url, ...args, ...pair, '--json'], { env: { COATCHECK_SECRET_KEY: TABLE_KEY } })
      const dataNow = async (): Promise<unknown> => ((await run('show', source.key)).json() as { data: unknown }).data

      const listed = await run('list')
      expect(listed, listed.err).toMatchObject({ exit: 0 })
      expect(listed.lines()).toMatchObject([{ state: 'live', ...(isHashed ? {} : { key: source.key }) }])
      expect(await dataNow()).toEqual({ n: 1 })
      const moved = await run('expire', source.key, '--in', '1h', '--yes', '--journal', journal)
      if (!hasEnd) {
        expect(moved.exit).not.toBe(0)
        expect(moved.err).toContain('STORE_UNSUPPORTED')
        return
      }
      expect(moved, moved.err).toMatchObject({ exit: 0 })
      expect(moved.json()).toMatchObject({ v: 1, matched: 1, changed: 1, failed: 0 })
      expectEnd(await dataNow())
      const undone = await world.run(['undo', journal, '--yes', '--json'])
      expect(undone, undone.err).toMatchObject({ exit: 0 })
      expect(await dataNow()).toEqual({ n: 1 })
    })
  })
})
