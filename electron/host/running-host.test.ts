import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askRunningHost, claimDataFolder } from './running-host.ts'

const SECRET = 's'.repeat(43)
let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'coatcheck-running-')) })
afterEach(() => rmSync(folder, { recursive: true }))

/** Answers every request with the same; tells what it was asked. */
async function listen(body: (origin: string) => unknown, status = 200) {
  const asked: { url: string | undefined; authorization: string | undefined; origin: string | undefined }[] = []
  const server = createServer((request, response) => {
    asked.push({ url: request.url, authorization: request.headers.authorization, origin: request.headers.origin })
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body(origin)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  return { port, origin, asked, [Symbol.dispose]: () => void server.close() }
}
const claim = (port: number): ReturnType<typeof claimDataFolder> => claimDataFolder(folder, { address: '127.0.0.1', port, secret: SECRET })

test('nothing runs on a new folder', async () => {
  expect(await askRunningHost(folder, null)).toBeNull()
})

test('a claim is a file for this user alone, whole at once, and gone when released', async () => {
  const claimed = await claim(1)
  expect(readdirSync(folder)).toEqual(['host.json'])
  expect(statSync(join(folder, 'host.json')).mode & 0o777).toBe(0o600)
  claimed?.release()
  expect(readdirSync(folder)).toEqual([])
})

test('a host that runs is asked for a link, with its secret and as its own origin', async () => {
  using host = await listen((origin) => ({ link: `${origin}/#code=x` }))
  await claim(host.port)
  expect(await askRunningHost(folder, '/srv/db.sqlite3')).toBe(`${host.origin}/#code=x`)
  expect(host.asked).toEqual([{ url: '/access/link', authorization: `Bearer ${SECRET}`, origin: host.origin }])
  expect(await claim(2)).toBeNull()
  expect(JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8'))).toMatchObject({ port: host.port })
})

describe('a claim is replaced when', () => {
  test('nobody listens there', async () => {
    using gone = await listen(() => null)
    await claim(gone.port)
    gone[Symbol.dispose]()
    expect(await askRunningHost(folder, null)).toBeNull()
    expect(await claim(7)).not.toBeNull()
    expect(JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8'))).toMatchObject({ port: 7 })
  })

  test.each([
    ['another program has its port', () => ({}), 200],
    ['another program has its port and refuses', () => ({}), 403],
    ['the link leads elsewhere', () => ({ link: 'http://evil.example/#code=x' }), 200],
  ])('%s', async (_name, body, status) => {
    using other = await listen(body, status)
    await claim(other.port)
    expect(await askRunningHost(folder, null)).toBeNull()
    expect(await claim(7)).not.toBeNull()
  })

  test.each(['', '{', '{"port":1}', JSON.stringify({ address: '10.0.0.1', port: 1, pid: 1, secret: SECRET })])('it is damaged: %s', async (text) => {
    writeFileSync(join(folder, 'host.json'), text)
    expect(await askRunningHost(folder, null)).toBeNull()
    expect(await claim(7)).not.toBeNull()
  })
})

test('releasing leaves the claim of another host alone', async () => {
  const first = await claim(1)
  rmSync(join(folder, 'host.json'))
  await claim(2)
  first?.release()
  expect(JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8'))).toMatchObject({ port: 2 })
})
