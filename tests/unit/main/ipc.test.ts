import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { serveIpc } from '../../../electron/main/ipc-transport.ts'
import { LIMITS } from '../../../shared/limits.ts'
import { CHANNELS } from '../../../shared/rpc/bridge.ts'
import type { Dispatcher } from '../../../shared/rpc/serve.ts'
import { FakeContents, fakeElectron, fakeFrame } from '../../support/electron.ts'

const ORIGIN = 'app://coatcheck'

function setUp() {
  const calls: string[] = []
  const aborted: string[] = []
  const dispatcher: Dispatcher = {
    async call(name, _input, signal) {
      calls.push(name)
      if (name === 'slow') {
        await once(signal, 'abort')
        aborted.push(name)
      }
      return { ok: true, value: name }
    },
    async *stream(name, _input, signal) {
      calls.push(name)
      yield 'event'
      await once(signal, 'abort')
      aborted.push(name)
      return null
    },
  }
  const { api, ipc } = fakeElectron()
  const contents = new FakeContents()
  serveIpc(api, { contentsId: () => contents.id, origin: ORIGIN }, dispatcher)
  const post = (value: unknown, event: object = { sender: contents, senderFrame: contents.mainFrame }): boolean => ipc.emit(CHANNELS.client, event, value)
  const answers = (): unknown[] => contents.sent.map(([, text]) => JSON.parse(text as string) as unknown)
  return { calls, aborted, contents, post, answers }
}
const settle = (): Promise<unknown> => new Promise(setImmediate)
const call = (name: string, id = 1): string => JSON.stringify({ kind: 'call', id, name, input: {} })

test('our own page is answered', async () => {
  const { post, answers } = setUp()
  post(call('app.facts'))
  await settle()
  expect(answers()).toEqual([{ kind: 'reply', id: 1, reply: { ok: true, value: 'app.facts' } }])
})

describe('anybody else gets a typed error and has no effect', () => {
  const strangers: [string, (own: FakeContents) => { sender: FakeContents; senderFrame: ReturnType<typeof fakeFrame> }][] = [
    ['another window', () => {
      const sender = new FakeContents()
      return { sender, senderFrame: sender.mainFrame }
    }],
    ['a frame inside our page', (own) => ({ sender: own, senderFrame: fakeFrame(ORIGIN, own.mainFrame) })],
    ['a frame that only looks like the main one', (own) => ({ sender: own, senderFrame: fakeFrame(ORIGIN) })],
    ...['https://evil.example', 'file://', 'null', 'app://coatcheck.evil', 'http://localhost:5173'].map((origin): (typeof strangers)[number] => [`our window at ${origin}`, (own) => {
      own.mainFrame = fakeFrame(origin)
      return { sender: own, senderFrame: own.mainFrame }
    }]),
  ]
  test.each(strangers)('%s', async (_name, event) => {
    const { post, calls, contents } = setUp()
    const stranger = event(contents)
    post(call('app.facts'), stranger)
    await settle()
    expect(calls).toEqual([])
    expect(stranger.senderFrame.sent.map(([, text]) => JSON.parse(text as string) as unknown)).toMatchObject([{ kind: 'end', id: 0, error: { code: 'ACCESS_DENIED' } }])
  })

  test('a frame that is gone', async () => {
    const { post, calls, contents } = setUp()
    post(call('app.facts'), { sender: contents, senderFrame: null })
    await settle()
    expect(calls).toEqual([])
  })
})

test.each([
  ['an object', { kind: 'call', id: 1, name: 'app.facts', input: {} }],
  ['no JSON', 'x'],
  ['an unknown kind', JSON.stringify({ kind: 'eval', id: 1, name: 'app.facts' })],
  ['no id', JSON.stringify({ kind: 'call', name: 'app.facts' })],
  ['a long name', call('x'.repeat(65))],
  ['too much', call('app.facts').padEnd(LIMITS.messageBytes + 1)],
])('%s is refused', async (_name, value) => {
  const { post, calls, contents } = setUp()
  post(value)
  await settle()
  expect(calls).toEqual([])
  expect(contents.mainFrame.sent.map(([, text]) => JSON.parse(text as string) as unknown)).toMatchObject([{ error: { code: 'REQUEST_INVALID' } }])
})

test.each(['destroyed', 'render-process-gone', 'did-start-navigation'])('%s aborts what the page had asked for', async (end) => {
  const { post, contents, aborted } = setUp()
  post(call('slow'))
  post(JSON.stringify({ kind: 'open', id: 2, name: 'endless', input: {} }))
  post(JSON.stringify({ kind: 'more', id: 2, count: 4 }))
  await settle()
  contents.emit(end, { isMainFrame: true, isSameDocument: false })
  await settle()
  expect(aborted.sort()).toEqual(['endless', 'slow'])
})

test('moving inside the page aborts nothing; after a reload the page is served anew', async () => {
  const { post, contents, aborted, answers } = setUp()
  post(call('slow'))
  await settle()
  contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true })
  contents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false })
  await settle()
  expect(aborted).toEqual([])
  contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
  post(call('again'))
  await settle()
  expect(aborted).toEqual(['slow'])
  expect(answers()).toEqual([{ kind: 'reply', id: 1, reply: { ok: true, value: 'again' } }])
})
