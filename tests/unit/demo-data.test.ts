import { readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import { readDemoManifest } from '../../electron/core/demo/manifest.ts'

const DEMO = join(import.meta.dirname, '../../resources/demo')
const manifest = await readDemoManifest(DEMO)
const database = new Database(join(DEMO, manifest.database), { readonly: true })
afterAll(() => database.close())

describe('the shipped demo', () => {
  it('has every session that the manifest describes, each kind once', () => {
    const keys = new Set(database.prepare(`SELECT session_key FROM ${manifest.table}`).pluck().all())
    expect(keys.size).toBe(manifest.sessionCount)
    expect(manifest.sessions.filter(({ key }) => !keys.has(key))).toEqual([])
    const kinds = manifest.sessions.map(({ kind }) => kind)
    expect(new Set(kinds).size).toBe(kinds.length)
  })

  it('has every session file that the manifest describes, and no other', async () => {
    const names = await readdir(join(DEMO, 'sessions'))
    expect(names.map((name) => `sessions/${name}`).toSorted()).toEqual(manifest.files.map(({ path }) => path).toSorted())
    expect(names.every((name) => name.startsWith(manifest.cookieName))).toBe(true)
  })

  it('says about its project what the project says about itself', () => {
    const settings = readFileSync(join(DEMO, 'corner_shop/settings.py'), 'utf8')
    expect(settings).toContain(`SECRET_KEY = "${manifest.secretKey}"`)
    expect(settings).toContain(`SECRET_KEY_FALLBACKS = ${JSON.stringify(manifest.fallbacks)}`)
    expect(settings).toContain(`TIME_ZONE = "${manifest.timeZone}"`)
  })

  it('is live and expired at its own time, and small', () => {
    const now = manifest.generatedAt.replace('T', ' ').replace('Z', '')
    const live = database.prepare(`SELECT count(*) FROM ${manifest.table} WHERE expire_date > ?`).pluck().get(now)
    expect(live).toBeGreaterThan(100)
    expect(live).toBeLessThan(manifest.sessionCount - 40)
    expect(statSync(join(DEMO, manifest.database)).size).toBeLessThan(1_000_000)
  })
})
