import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, test } from 'vitest'
import { LIMITS } from '../../shared/limits.ts'
import type { Bridge } from '../../shared/rpc/bridge.ts'
import { CHANNELS } from '../../shared/rpc/bridge.ts'
import { contract } from '../../shared/rpc/contract.ts'
import type { ServerMessage } from '../../shared/rpc/wire.ts'

const FOLDER = join(import.meta.dirname, '../../out/preload')

let exposed: Record<string, unknown>
let sent: [channel: string, value: unknown][]
let listeners: Map<string, (event: unknown, value: unknown) => void>
beforeEach(() => {
  exposed = {}
  sent = []
  listeners = new Map()
  load()
})
const bridge = (): Bridge => exposed['coatcheck'] as Bridge

/** Runs the built file as Electron's sandbox does: CommonJS, and only these modules. */
function load(): void {
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => { exposed[name] = value } },
    ipcRenderer: {
      send: (channel: string, value: unknown) => { sent.push([channel, value]) },
      on: (channel: string, listener: (event: unknown, value: unknown) => void) => { listeners.set(channel, listener) },
      removeAllListeners: (channel: string) => { listeners.delete(channel) },
    },
  }
  const webUtils = { getPathForFile: (file: { path: string }) => file.path }
  const allowed: Readonly<Record<string, unknown>> = { electron: { ...electron, webUtils }, events: {}, timers: {}, url: {} }
  const requireAllowed = (id: string): unknown => {
    if (!(id in allowed)) throw new Error(`module not found: ${id}`)
    return allowed[id]
  }
  runInNewContext(readFileSync(join(FOLDER, 'index.cjs'), 'utf8'), { module: { exports: {} }, exports: {}, require: requireAllowed })
}

test('is one file, and gives the page four functions and nothing else', () => {
  expect(readdirSync(FOLDER)).toEqual(['index.cjs'])
  expect(Object.keys(exposed)).toEqual(['coatcheck'])
  expect(Object.entries(bridge()).map(([name, value]) => [name, typeof value])).toEqual([['post', 'function'], ['listen', 'function'], ['onRequest', 'function'], ['pathOf', 'function']])
})

test('every name of the contract passes, under its own kind only', () => {
  const entries = Object.entries(contract)
  for (const [name, entry] of entries) {
    bridge().post({ kind: entry.kind === 'call' ? 'call' : 'open', id: 1, name, input: {} })
    bridge().post({ kind: entry.kind === 'call' ? 'open' : 'call', id: 1, name, input: {} })
  }
  expect(sent.map(([, text]) => (JSON.parse(text as string) as { name: string }).name)).toEqual(entries.map(([name]) => name))
  expect(new Set(sent.map(([channel]) => channel))).toEqual(new Set([CHANNELS.client]))
})

describe('dropped', () => {
  test.each([
    { kind: 'call', id: 1, name: 'no.such.call', input: {} }, { kind: 'call', id: 1, name: '__proto__', input: {} }, { kind: 'eval', id: 1, name: 'app.facts' },
    { kind: 'call', name: 'app.facts', input: {} }, { kind: 'more', id: 1, count: -1 }, { kind: 'more', id: 1, count: 1e9 }, 'app.facts', null, undefined,
  ])('%j', (message) => {
    bridge().post(message as never)
    expect(sent).toEqual([])
  })
})

test('what a message has besides its form does not pass', () => {
  bridge().post({ kind: 'cancel', id: 1, channel: 'other', name: 'x' } as never)
  expect(sent).toEqual([[CHANNELS.client, '{"kind":"cancel","id":1}']])
})

test('a request over the limit is answered at once', () => {
  const received: ServerMessage[] = []
  bridge().listen((message) => received.push(message))
  bridge().post({ kind: 'call', id: 3, name: 'decoder.decode', input: { text: 'x'.repeat(LIMITS.messageBytes) } })
  expect(sent).toEqual([])
  expect(received).toMatchObject([{ kind: 'end', id: 3, error: { code: 'DATA_TOO_LARGE' } }])
})

test('a dropped file tells where it is', () => {
  expect(bridge().pathOf({ path: '/srv/db.sqlite3' } as unknown as File)).toBe('/srv/db.sqlite3')
})

test('answers and requests reach the page without the event that carried them', () => {
  const received: unknown[][] = []
  bridge().listen((...args) => received.push(args))
  bridge().onRequest((...args) => received.push(args))
  listeners.get(CHANNELS.server)?.({ sender: 'secret' }, '{"kind":"end","id":1,"error":null}')
  listeners.get(CHANNELS.request)?.({ sender: 'secret' }, { kind: 'action', action: 'open-decoder' })
  expect(JSON.parse(JSON.stringify(received))).toEqual([[{ kind: 'end', id: 1, error: null }], [{ kind: 'action', action: 'open-decoder' }]])
  expect(sent).toEqual([[CHANNELS.ready, undefined]])
})
