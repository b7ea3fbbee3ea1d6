import { describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import { never } from './store/harness.ts'

/** Texts whose bytes, letters and quotes differ from server to server. */
const TEXTS = ['', 'eyJhIjoxfQ:1r31eq:s9_EDPvI8YIIKoZa60okUu8mEw9ZrEb0WsJ4rWO_sB4', 'ä', 'İstanbul 🐘', 'e\u0301 and é', "it's \\ \"quoted\" ?", 'line\nline\r\n\ttab', ' space ', '+/-_=', 'text:5:', 'x'.repeat(70_000)]
const ENDS = ['2036-11-21 10:00:00', '2036-11-21 10:00:00.000001', '2036-11-21 10:00:00.123000', '2026-01-01 00:00:00']

const missing = { postgres: await whyNoServer('postgres'), mysql: await whyNoServer('mysql') }

describe.each(['postgres', 'mysql'] as const)('%s', (kind) => {
  it.skipIf(missing[kind] !== null)('names a row as we do, whatever it holds: none is taken for another, each can be removed among many', async () => {
    await using database = await makeDatabase(kind)
    const rows = TEXTS.flatMap((text, at) => ENDS.map((end, number) => ({ key: `k${at}x${number}`, text, end })))
    const quote = (text: string): string => `'${(kind === 'mysql' ? text.replaceAll('\\', '\\\\') : text).replaceAll("'", "''")}'`
    for (const { key, text, end } of rows) await database.app.run(`INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('${key}', ${quote(text)}, '${end}')`)
    await using store = await openStore(database.profile())
    const targets = await Promise.all(rows.map(async ({ key }) => ({ key, ifEtag: (await store.read(key, never))?.etag ?? '' })))
    const changed = targets.map(({ key }, index) => ({ key, ifEtag: targets[(index + 1) % targets.length]?.ifEtag ?? '' }))
    expect((await store.deleteMany(changed, never)).map(({ outcome, etag }) => [outcome, etag])).toEqual(targets.map(({ ifEtag }) => ['conflict', ifEtag]))
    expect((await store.deleteMany(targets, never)).filter(({ outcome }) => outcome !== 'done')).toEqual([])
    expect(await database.app.run('SELECT session_key FROM django_session')).toEqual([])
  })
})
