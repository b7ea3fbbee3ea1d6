import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createInlineDecoder } from '../../../electron/core/codecs/inline-decoder.ts'
import { encodeSession } from '../../../electron/core/codecs/encode.ts'
import { ROW_SALT } from '../../../electron/core/codecs/salts.ts'
import { searchSessions } from '../../../electron/core/sessions/search.ts'
import type { SessionSource } from '../../../electron/core/sessions/session-source.ts'
import { DEFAULT_SETTINGS } from '../../../electron/core/sessions/session-source.ts'
import { openSqlite } from '../../../electron/core/stores/database/sqlite.ts'
import type { WalkOrder } from '../../../electron/core/stores/session-store.ts'
import type { FilterField, StoreClock } from '../../../shared/model/store.ts'
import { SEED } from '../../support/property.ts'

const NOW = Date.UTC(2026, 9, 25, 0, 30)
const HOUR = 3_600_000
const never = new AbortController().signal
const KEYRING = [{ name: 'SECRET_KEY', secret: 'k' }] as const
const ORDERS: readonly WalkOrder[] = [{ by: 'expireDate', direction: 'desc' }, { by: 'expireDate', direction: 'asc' }, { by: 'key', direction: 'asc' }, { by: 'stored', direction: 'asc' }]
/** An hour of this night comes twice in Paris. */
const CLOCKS: readonly StoreClock[] = [{ useTz: true, timeZone: 'UTC', origin: 'settings' }, { useTz: false, timeZone: 'Europe/Paris', origin: 'settings' }]

const folder = mkdtempSync(join(tmpdir(), 'coatcheck-filter-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const iso = (offset: number): string => new Date(NOW + offset * HOUR / 4).toISOString()
const offsets = fc.integer({ min: -300, max: 300 })
/** As Django writes dates, and everything else that may stand there. */
const dates = fc.oneof(
  { weight: 6, arbitrary: offsets.map((at) => iso(at).slice(0, 19).replace('T', ' ')) },
  { weight: 2, arbitrary: offsets.map((at) => `${iso(at).slice(0, 19).replace('T', ' ')}.000500`) },
  { weight: 2, arbitrary: offsets.map((at) => `${iso(at).slice(0, 19).replace('T', ' ')}${at % 2 === 0 ? '+05:30' : '.000000'}`) },
  offsets.map(iso),
  offsets.map((at) => iso(at).slice(0, 10)),
  offsets.map((at) => iso(at).slice(0, 16).replace('T', ' ').replace(/-0/g, '-')),
  fc.constantFrom('', 'soon', '0001-01-01 00:00:00', '9999-12-31 23:59:59', '2026-13-01 00:00:00', null, 12.5, 20_261_025),
)
const DATA = ['{}', '{"_auth_user_id":"1"}', `{"cart":"${'x'.repeat(300)}"}`]
const keys = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', '%', '_', '\'', 'é', '🔑'), minLength: 1, maxLength: 4 }), fc.constantFrom('NULL', '12', '1.5', "x'61'", '-1'))
const sessions = fc.uniqueArray(fc.record({ key: keys, date: dates, data: fc.constantFrom(...DATA), isBroken: fc.constantFrom(false, false, false, true) }), { minLength: 1, maxLength: 25, selector: ({ key }) => key })

const plainKeys = keys.map((key) => JSON.stringify(key))
const terms = fc.oneof(
  fc.tuple(fc.constantFrom('<', '<=', '>', '>='), fc.oneof(fc.integer({ min: -80, max: 80 }).map((hours) => `${hours < 0 ? '-' : '+'}${Math.abs(hours)}h`), offsets.map(iso), fc.constantFrom('now', '0001-01-01', '9999-12-31'))).map(([operator, moment]) => `expires${operator}${moment}`),
  fc.constantFrom('state:live', 'state:expired', 'state:undecodable', 'state:live|expired', '-state:live'),
  plainKeys.map((key) => `key:${key}`),
  keys.map((key) => key.slice(0, 1)).filter((key) => /^[abA1N%_]/.test(key)).map((key) => `key:${key}*`),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>='), fc.constantFrom('0', '100', '200', '4g')).map(([operator, size]) => `size${operator}${size}`),
  fc.constantFrom('has:cart', 'user:#1', 'signed:valid'),
)
const queries = fc.array(fc.tuple(fc.boolean(), terms).map(([negated, term]) => (negated && !term.startsWith('-') ? `-${term}` : term)), { minLength: 1, maxLength: 3 }).map((each) => each.join(' '))

describe(`what SQLite leaves out is what the core would have left out, seed ${SEED}`, () => {
  it.each(CLOCKS)('with dates in $timeZone', async (clock) => {
    let runs = 0
    await fc.assert(fc.asyncProperty(sessions, queries, fc.constantFrom(...ORDERS), async (rows, where, order) => {
      const path = join(folder, `${clock.timeZone.replace('/', '-')}-${runs++}.sqlite3`)
      fill(path, rows)
      const store = await openSqlite({ path, table: 'django_session' }, clock)
      const source = (filter: readonly FilterField[]): SessionSource => ({ store, filter, payload: { kind: 'session-text' }, expiry: 'column', hasNaiveDates: true, decoder: createInlineDecoder(), settings: { ...DEFAULT_SETTINGS, clock }, keyring: KEYRING, owners: null })
      const find = (filter: readonly FilterField[], countOnly: boolean) => Array.fromAsync(searchSessions(source(filter), { order, where, withData: false, withEtags: false, countOnly }, NOW, never))
      const whole = (await find([], false)).flatMap((page) => page.rows)
      const chosen = await find(['key', 'expires', 'size'], false)
      expect(chosen.flatMap((page) => page.rows)).toEqual(whole)
      expect(chosen.at(-1)?.found).toBe(whole.length)
      expect((await find(['key', 'expires', 'size'], true)).at(-1)?.found).toBe(whole.length)
      await store[Symbol.asyncDispose]()
    }), { seed: SEED, numRuns: 150 })
  })
})

function fill(path: string, rows: readonly { readonly key: string; readonly date: string | number | null; readonly data: string; readonly isBroken: boolean }[]): void {
  const database = new Database(path)
  database.pragma('journal_mode = memory')
  database.exec('CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime); CREATE INDEX "expire" ON "django_session" ("expire_date")')
  const insert = database.prepare('INSERT INTO django_session VALUES (?, ?, ?)')
  for (const { key, date, data, isBroken } of rows) insert.run(key, isBroken ? '%%%' : encodeSession({ data, key: KEYRING[0], salt: ROW_SALT, compress: false, now: NOW }), date)
  database.close()
}
