import { expect, test } from 'vitest'
import { createPortPair } from '../../electron/rpc/port-pair.ts'
import { CoatcheckError, serializeError } from '../../shared/errors.ts'
import { createLine } from '../../shared/rpc/client.ts'
import type { Dispatcher } from '../../shared/rpc/serve.ts'
import { serve } from '../../shared/rpc/serve.ts'
import { STREAM_CREDIT, readClientMessage } from '../../shared/rpc/wire.ts'

const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 5) })

function connect(parts: Partial<Dispatcher>): { line: ReturnType<typeof createLine>; hangUp: () => void; closed: () => number } {
  const { client, server } = createPortPair()
  let closed = 0
  serve(server, {
    call: async () => ({ ok: false, error: serializeError(new CoatcheckError('INTERNAL', 'app.noCall')) }),
    stream: async function* () { yield* []; return null },
    ...parts,
  }, () => { closed += 1 })
  return { line: createLine(client), hangUp: () => client.close(), closed: () => closed }
}

test('a call brings its value, or rejects with the code that the other side named', async () => {
  const { line } = connect({ call: async (name, input) => (name === 'twice' ? { ok: true, value: Number(input) * 2 } : { ok: false, error: serializeError(new CoatcheckError('SESSION_GONE', 'sessions.gone', { hint: 'next.refresh' })) }) })
  await expect(line.call('twice', 21)).resolves.toBe(42)
  await expect(line.call('other', null)).rejects.toMatchObject({ code: 'SESSION_GONE', message: 'The store has no session of this key any more.', details: { hint: 'Refresh the list.' }, reason: { id: 'reasons.sessions.gone' }, next: { id: 'reasons.next.refresh' } })
})

test('aborting a call rejects at once and aborts the work behind it', async () => {
  let seen: AbortSignal | null = null
  const { line } = connect({ call: (_name, _input, signal) => { seen = signal; return new Promise(() => undefined) } })
  const controller = new AbortController()
  const call = line.call('slow', null, controller.signal)
  await settled()
  controller.abort()
  await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
  await settled()
  expect(seen).toMatchObject({ aborted: true })
})

test('a call with a signal that is aborted already never reaches the other side', async () => {
  let calls = 0
  const { line } = connect({ call: async () => { calls += 1; return { ok: true, value: null } } })
  await expect(line.call('x', null, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  await settled()
  expect(calls).toBe(0)
})

test('a stream runs ahead of its reader by its credit and no further', async () => {
  let made = 0
  const { line } = connect({ stream: async function* () { while (made < 1000) yield made++; return null } })
  const iterator = line.stream('numbers', null)[Symbol.asyncIterator]()
  await expect(iterator.next()).resolves.toEqual({ done: false, value: 0 })
  await settled()
  expect(made).toBeLessThanOrEqual(STREAM_CREDIT + 1)
  for (let i = 1; i < 1000; i += 1) expect((await iterator.next()).value).toBe(i)
  await expect(iterator.next()).resolves.toMatchObject({ done: true })
})

test('a reader that leaves ends the generator on the other side', async () => {
  let cleaned = false
  const { line } = connect({
    stream: async function* () {
      try { for (let i = 0; ; i += 1) yield i } finally { cleaned = true }
      return null
    },
  })
  for await (const value of line.stream('endless', null)) if (value === 3) break
  await settled()
  expect(cleaned).toBe(true)
})

test('a stream that fails hands over what came before, then the error', async () => {
  const { line } = connect({ stream: async function* () { yield 'a'; return serializeError(new CoatcheckError('STORE_BUSY', 'sqlite.locked')) } })
  const got: unknown[] = []
  const read = async (): Promise<void> => { for await (const value of line.stream('s', null)) got.push(value) }
  await expect(read()).rejects.toMatchObject({ code: 'STORE_BUSY' })
  expect(got).toEqual(['a'])
})

test('hanging up rejects what is under way and aborts it on the other side', async () => {
  let seen: AbortSignal | null = null
  const { line, hangUp, closed } = connect({ call: (_name, _input, signal) => { seen = signal; return new Promise(() => undefined) } })
  const call = line.call('slow', null)
  await settled()
  hangUp()
  await expect(call).rejects.toBeInstanceOf(CoatcheckError)
  expect(seen).toMatchObject({ aborted: true })
  expect(closed()).toBe(1)
  await expect(line.call('after', null)).rejects.toMatchObject({ code: 'CONNECT_LOST' })
})

test('only well-formed messages pass', () => {
  expect(readClientMessage({ kind: 'call', id: 1, name: 'a', input: {} })).toEqual({ kind: 'call', id: 1, name: 'a', input: {} })
  for (const bad of [null, 'x', {}, { kind: 'call', id: -1, name: 'a' }, { kind: 'call', id: 1.5, name: 'a' }, { kind: 'call', id: 1, name: 'a'.repeat(65) }, { kind: 'more', id: 1, count: 0 }, { kind: 'more', id: 1, count: 1e9 }, { kind: 'eval', id: 1 }]) {
    expect(readClientMessage(bad)).toBeNull()
  }
})
