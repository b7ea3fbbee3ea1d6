import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCliWorld } from '../support/cli.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import type { TestRedis } from '../support/redis-servers.ts'

const missing = whyNoRedis()
const SECRET = 'hunter2-of-the-test'
/** `pickle.dumps({"n": 1}, 5)` */
const PICKLE = Buffer.from('8005950a000000000000007d948c016e944b01732e', 'hex')
const WHOLE_KEY = 'shop:2:django.contrib.sessions.cacheabc'

describe.skipIf(missing !== null)(`a redis URL${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let server: TestRedis
  let url = ''
  beforeEach(async () => {
    server = await startRedis()
    await server.app.call('ACL', 'SETUSER', 'shop', 'on', `>${SECRET}`, '~*', '+@all')
    await server.app.select(1)
    await server.app.setex(WHOLE_KEY, 6000, PICKLE)
    url = `redis://shop@127.0.0.1:${server.port}/1?prefix=shop&version=2`
  })
  afterEach(async () => { await server[Symbol.asyncDispose]() })

  test('is listed, its session deleted and brought back with the life that was left; its password is written down nowhere', async () => {
    const world = await createCliWorld()
    const outputs: string[] = []
    const run = async (...args: string[]): Promise<number> => {
      const result = await world.run([...args, '--password-env', 'SHOP_PASSWORD'], { env: { SHOP_PASSWORD: SECRET } })
      outputs.push(result.out, result.err)
      return result.exit
    }
    expect([await run('list', url, '--json'), outputs.join('')]).toEqual([0, expect.anything()])
    expect(outputs[0]).toContain('"key":"abc"')
    const journal = join(world.dataFolder, 'undo.jsonl')
    const end = await server.app.pexpiretime(WHOLE_KEY)
    expect([await run('delete', url.replace('@', `:${SECRET}@`), 'abc', '--yes', '--journal', journal), outputs.at(-1)]).toEqual([0, expect.anything()])
    expect(await server.app.exists(WHOLE_KEY)).toBe(0)
    expect([await run('undo', journal, '--yes'), outputs.at(-1)]).toEqual([0, expect.anything()])
    expect(await server.app.getBuffer(WHOLE_KEY)).toEqual(PICKLE)
    expect(await server.app.pexpiretime(WHOLE_KEY)).toBe(end)
    for (const file of await readdir(world.dataFolder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) expect(await readFile(join(file.parentPath, file.name), 'utf8')).not.toContain(SECRET)
    }
    expect(outputs.join('')).not.toContain(SECRET)
  })

  test('is named by a Sentinel whose password is another, from a variable of its own', async () => {
    const world = await createCliWorld()
    await using sentinel = await startRedis({ mode: 'sentinel' })
    await sentinel.app.call('SENTINEL', 'MONITOR', 'shop', '127.0.0.1', String(server.port), '1')
    await sentinel.app.call('ACL', 'SETUSER', 'watcher', 'on', `>${SECRET}-watcher`, '+@all')
    await sentinel.app.call('ACL', 'SETUSER', 'default', 'off')
    const named = `redis+sentinel://shop@127.0.0.1:${sentinel.port}/shop/1?sentinel_user=watcher&prefix=shop&version=2`
    const env = { SHOP_PASSWORD: SECRET, WATCHER_PASSWORD: `${SECRET}-watcher` }
    const listed = await world.run(['list', named, '--json', '--password-env', 'SHOP_PASSWORD', '--sentinel-password-env', 'WATCHER_PASSWORD'], { env })
    expect([listed.lines(), listed.err]).toMatchObject([[{ key: 'abc' }], ''])
    const inUrl = await world.run(['list', `${named}&sentinel_password=${SECRET}-watcher`, '--json', '--password-env', 'SHOP_PASSWORD'], { env })
    expect(inUrl.lines()).toMatchObject([{ key: 'abc' }])
    const refused = await world.run(['list', named, '--password-env', 'SHOP_PASSWORD', '--sentinel-password-env', 'SHOP_PASSWORD'], { env })
    expect(refused).toMatchObject({ exit: 1, err: expect.stringMatching(/CONNECT_AUTH: The Sentinel does not take/) as string })
    for (const { out, err } of [listed, inUrl, refused]) expect(`${out}${err}`).not.toContain(SECRET)
  })

  test('says what is wrong, without the password', async () => {
    const world = await createCliWorld()
    for (const wrong of [url.replace('@', `:${SECRET}x@`), url.replace('/1?', '/99?').replace('@', `:${SECRET}@`), `redis+cluster://shop:${SECRET}@127.0.0.1:${server.port}`]) {
      const { exit, err, out } = await world.run(['list', wrong])
      expect(exit).not.toBe(0)
      expect(err).not.toBe('')
      expect(`${out}${err}`).not.toContain(SECRET)
    }
  })
})
