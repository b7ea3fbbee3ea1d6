import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { openPostgres } from './postgres.ts'
import type { ServerPlace } from './server-place.ts'
import { whyFar } from './server-place.ts'
import { saying } from '../../../../tests/support/saying.ts'

const PLACE: ServerPlace = { host: '127.0.0.1', port: 5432, via: null, user: 'ana', database: 'shop', schema: null, table: 'django_session', tls: 'off', caFile: null, password: 'hunter2', allowCleartext: false, allowWrites: false }

/** A server that asks every client for its password as it is; answers what it was sent. */
async function trap(place: Partial<ServerPlace>): Promise<{ readonly error: unknown; readonly heard: string }> {
  let heard = ''
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])))
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
      if (heard.includes('hunter2')) socket.destroy()
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '0.0.0.0', resolve) })
  const { port } = server.address() as AddressInfo
  const error: unknown = await openPostgres({ ...PLACE, port, ...place }).catch((failure: unknown) => failure)
  await new Promise((resolve) => { server.close(resolve) })
  return { error, heard }
}

it('keeps a password from a server elsewhere that asks for it readable', async () => {
  // An odd spelling of this machine counts as another one.
  const { error, heard } = await trap({ host: '0.0.0.0' })
  expect(error).toMatchObject({ code: 'CONNECT_AUTH', details: { hint: expect.stringContaining('was not sent') as string } })
  expect(heard).not.toContain('hunter2')
})

it('sends it on this machine, or where that is asked for', async () => {
  expect((await trap({})).heard).toContain('hunter2')
  expect((await trap({ host: '0.0.0.0', allowCleartext: true })).heard).toContain('hunter2')
})

it('opens for reading only what is, or says that it is, another machine', () => {
  expect(whyFar(PLACE, true)).toBeNull()
  expect(whyFar(PLACE, false)).toEqual(saying(/elsewhere.*unlocked/))
  expect(whyFar({ ...PLACE, host: 'db.example.org' }, true)).toEqual(saying(/not this machine.*unlocked/))
  expect(whyFar({ ...PLACE, host: 'db.example.org', allowWrites: true }, false)).toBeNull()
})
