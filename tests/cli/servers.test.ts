import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCliWorld } from '../support/cli.ts'
import { signedText } from '../support/session-table.ts'
import type { ServerKind, TestDatabase } from '../support/sql-servers.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'

const KINDS: readonly ServerKind[] = ['postgres', 'mysql']
const missing = { postgres: await whyNoServer('postgres'), mysql: await whyNoServer('mysql') }
const SECRET = 'hunter2-of-the-test'

describe.each(KINDS)('a %s URL', (kind) => {
  describe.skipIf(missing[kind] !== null)(`with a server${missing[kind] === null ? '' : ` (skipped: ${missing[kind]})`}`, () => {
    let database: TestDatabase
    let user = ''
    let url = ''
    beforeEach(async () => {
      database = await makeDatabase(kind)
      const text = signedText({ json: '{"n":1}', expireDate: Date.UTC(2026, 10, 30) })
      await database.app.run(`INSERT INTO django_session VALUES ('k', '${text}', '2026-11-30 00:00:00')`)
      const { host, port } = database.profile()
      user = database.name.slice(-20)
      const grants = kind === 'postgres'
        ? [`CREATE ROLE u${user} LOGIN PASSWORD '${SECRET}'`, `GRANT ALL ON django_session TO u${user}`]
        : [`CREATE USER 'u${user}'@'%' IDENTIFIED BY '${SECRET}'`, `CREATE USER 'u${user}'@'localhost' IDENTIFIED BY '${SECRET}'`, `GRANT ALL ON ${database.name}.* TO 'u${user}'@'%'`, `GRANT ALL ON ${database.name}.* TO 'u${user}'@'localhost'`]
      for (const grant of grants) await database.app.run(grant)
      url = `${kind === 'postgres' ? 'postgresql' : 'mysql'}://u${user}@${host}:${port}/${database.name}`
    })
    afterEach(async () => {
      if (kind === 'postgres') await database.app.run(`DROP OWNED BY u${user}; DROP ROLE u${user}`)
      else for (const host of ['%', 'localhost']) await database.app.run(`DROP USER 'u${user}'@'${host}'`)
      await database[Symbol.asyncDispose]()
    })

    test('is listed, changed and undone; its password is written down nowhere', async () => {
      const world = await createCliWorld()
      const env = { SHOP_PASSWORD: SECRET, COATCHECK_SECRET_KEY: 'coatcheck-demo-key' }
      const outputs: string[] = []
      const run = async (...args: string[]): Promise<number> => {
        const result = await world.run([...args, '--password-env', 'SHOP_PASSWORD'], { env })
        outputs.push(result.out, result.err)
        return result.exit
      }
      expect(await run('list', url, '--json')).toBe(0)
      expect(outputs[0]).toContain('"key":"k"')
      expect(await run('expire', url.replace('@', `:${SECRET}@`), 'k', '--yes', '--journal', join(world.dataFolder, 'undo.jsonl'))).toBe(0)
      const look = async (): Promise<unknown> => (await database.app.run('SELECT expire_date FROM django_session'))[0]?.['expire_date']
      expect(await look()).not.toEqual(new Date('2026-11-30T00:00:00Z'))
      expect(await run('undo', join(world.dataFolder, 'undo.jsonl'), '--yes')).toBe(0)
      expect(await look()).toEqual(new Date('2026-11-30T00:00:00Z'))
      for (const file of await readdir(world.dataFolder, { recursive: true, withFileTypes: true })) {
        if (file.isFile()) expect(await readFile(join(file.parentPath, file.name), 'utf8')).not.toContain(SECRET)
      }
      expect(outputs.join('')).not.toContain(SECRET)
    })
  })
})
