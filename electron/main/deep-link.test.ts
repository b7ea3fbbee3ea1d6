import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDeepLink, readOpening } from './deep-link.ts'

let folder: string
let database: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coatcheck-link-'))
  database = join(folder, 'db & co.sqlite3')
  writeFileSync(database, '')
})
afterAll(() => rmSync(folder, { recursive: true }))

const link = (params: Record<string, string>): string => `coatcheck://open?${new URLSearchParams(params)}`

test('opens a file, a folder, a session in it', () => {
  expect(readDeepLink(link({ path: database }))).toEqual({ path: database, key: null })
  expect(readDeepLink(link({ path: folder }))).toEqual({ path: folder, key: null })
  expect(readDeepLink(link({ path: database, key: 'k3v9ta' }))).toEqual({ path: database, key: 'k3v9ta' })
})

test('anything else is nothing', () => {
  const path = encodeURIComponent(database)
  const wrong = [
    `coatcheck://delete?path=${path}`, `coatcheck://open/now?path=${path}`, `coatcheck:open?path=${path}`, `coatcheck://me@open?path=${path}`, `coatcheck://open?path=${path}#x`,
    `coatcheck://open?path=${path}&path=${path}`, `coatcheck://open?path=${path}&yes=1`, 'coatcheck://open', 'coatcheck://open?path=', `https://open?path=${path}`, 'coatcheck://', 'x',
    link({ path: join(folder, 'none') }), link({ path: 'db.sqlite3' }), link({ path: '//server/share' }), link({ path: '\\\\server\\share' }), link({ path: `${database}\0` }),
    link({ path: '/dev/null' }), link({ path: `/${'x'.repeat(5000)}` }), link({ path: database, key: '' }), link({ path: database, key: 'x'.repeat(513) }), link({ path: database, key: 'a\nb' }),
  ]
  for (const text of wrong) expect([text, readDeepLink(text)]).toEqual([text, null])
})

test('the first argument that can be opened is taken', () => {
  expect(readOpening(['--no-sandbox', '.', '/no/such/file', database, folder])).toEqual({ path: database, key: null })
  expect(readOpening([link({ path: folder, key: 'k' })])).toEqual({ path: folder, key: 'k' })
  expect(readOpening([])).toBeNull()
})
