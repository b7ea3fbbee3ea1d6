import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { LIMITS } from '../../shared/limits.ts'
import type { Dispatcher } from '../../shared/rpc/serve.ts'
import type { ServerMessage } from '../../shared/rpc/wire.ts'
import { silentDispatcher, startTestHost } from '../support/test-host.ts'

async function open(socket: WebSocket): Promise<WebSocket> {
  await once(socket, 'open')
  return socket
}
async function next(socket: WebSocket): Promise<ServerMessage> {
  const [data] = (await once(socket, 'message')) as [Buffer]
  return JSON.parse(data.toString()) as ServerMessage
}

test('a call is answered on the socket that made it', async () => {
  await using host = await startTestHost()
  const [one, two] = [await open(host.socket()), await open(host.socket())]
  one.send(JSON.stringify({ kind: 'call', id: 1, name: 'first', input: { a: 1 } }))
  two.send(JSON.stringify({ kind: 'call', id: 1, name: 'second', input: {} }))
  const answers = await Promise.all([next(one), next(two)])
  expect(answers.map((answer) => answer.kind === 'reply' && answer.reply)).toEqual([
    { ok: true, value: { name: 'first', input: { a: 1 } } }, { ok: true, value: { name: 'second', input: {} } },
  ])
})

test('a client that goes away in the middle of a stream and of a call aborts both', async () => {
  const aborted = { call: Promise.withResolvers<boolean>(), stream: Promise.withResolvers<boolean>() }
  const untilAborted = (signal: AbortSignal): Promise<unknown> => once(signal, 'abort')
  const dispatcher: Dispatcher = {
    async call(_name, _input, signal) {
      await untilAborted(signal)
      aborted.call.resolve(signal.aborted)
      return { ok: true, value: null }
    },
    async *stream(_name, _input, signal) {
      yield 'first'
      await untilAborted(signal)
      aborted.stream.resolve(signal.aborted)
      return null
    },
  }
  await using host = await startTestHost(dispatcher)
  const socket = await open(host.socket())
  socket.send(JSON.stringify({ kind: 'call', id: 1, name: 'slow', input: {} }))
  socket.send(JSON.stringify({ kind: 'open', id: 2, name: 'endless', input: {} }))
  socket.send(JSON.stringify({ kind: 'more', id: 2, count: 16 }))
  expect(await next(socket)).toEqual({ kind: 'event', id: 2, event: 'first' })
  socket.terminate()
  expect(await aborted.call.promise).toBe(true)
  expect(await aborted.stream.promise).toBe(true)
})

test.each([
  ['no JSON', 'nonsense', 1007],
  ['an unknown kind', JSON.stringify({ kind: 'eval', id: 1 }), 1007],
  ['an id that is no number', JSON.stringify({ kind: 'cancel', id: '1' }), 1007],
  ['an array', '[]', 1007],
  ['bytes', Buffer.from('{}'), 1003],
])('%s ends the socket', async (_name, data, code) => {
  await using host = await startTestHost()
  const socket = await open(host.socket())
  socket.send(data)
  expect(await once(socket, 'close')).toMatchObject({ 0: code })
})

test('a message over the limit ends the socket, and only that one', async () => {
  await using host = await startTestHost()
  const [large, other] = [await open(host.socket()), await open(host.socket())]
  large.on('error', () => undefined)
  large.send('x'.repeat(LIMITS.messageBytes + 1))
  expect(await once(large, 'close')).toMatchObject({ 0: 1009 })
  other.send(JSON.stringify({ kind: 'call', id: 1, name: 'still here', input: {} }))
  expect(await next(other)).toMatchObject({ reply: { ok: true } })
})

test('an answer over the limit becomes the error that says so', async () => {
  await using host = await startTestHost({ ...silentDispatcher, call: async () => ({ ok: true, value: 'x'.repeat(LIMITS.messageBytes) }) })
  const socket = await open(host.socket())
  socket.send(JSON.stringify({ kind: 'call', id: 7, name: 'large', input: {} }))
  expect(await next(socket)).toMatchObject({ kind: 'reply', id: 7, reply: { ok: false, error: { code: 'DATA_TOO_LARGE' } } })
})
