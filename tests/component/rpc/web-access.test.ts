import { describe, expect, test } from 'vitest'
import { createWebAccess } from '../../../renderer/src/rpc/web-access.ts'

interface Asked { readonly path: string; readonly init: RequestInit }
type Reply = { readonly status: number; readonly body?: unknown } | 'unreachable'

function openPage(hash: string, replies: readonly Reply[], stored: Readonly<Record<string, string>> = {}) {
  const asked: Asked[] = []
  const addresses: string[] = []
  const storage = new Map(Object.entries(stored))
  const waiting = [...replies]
  const access = createWebAccess({
    location: { hash, pathname: '/' },
    history: { replaceState: (_state, _title, url) => { addresses.push(String(url)) } },
    sessionStorage: { getItem: (name) => storage.get(name) ?? null, setItem: (name, value) => void storage.set(name, value), removeItem: (name) => void storage.delete(name) },
    fetch: async (path, init = {}) => {
      asked.push({ path: String(path), init })
      const reply = waiting.shift()
      if (reply === undefined || reply === 'unreachable') throw new TypeError('fetch failed')
      return new Response(JSON.stringify(reply.body ?? null), { status: reply.status })
    },
  })
  return { access, asked, addresses, storage }
}
const TOKEN = { status: 200, body: { token: 'T' } }
const TICKET = { status: 200, body: { ticket: 'K' } }

describe('the door of the browser host', () => {
  test('the code leaves the address bar before anything is sent, and is exchanged for a token', async () => {
    const { access, asked, addresses, storage } = openPage('#code=C&open=%2Fsite', [TOKEN, TICKET])
    expect(addresses).toEqual(['/'])
    expect(asked).toHaveLength(0)
    expect(access.open).toBe('/site')
    expect(await access.newTicket()).toEqual({ kind: 'ticket', ticket: 'K' })
    expect(asked.map(({ path, init }) => [path, init.body])).toEqual([['/access/exchange', '{"code":"C"}'], ['/access/ticket', '{}']])
    expect([...storage]).toEqual([['coatcheck.token', 'T']])
  })

  test('the token travels in a header, never as a cookie, and follows no redirect', async () => {
    const { access, asked } = openPage('', [TICKET], { 'coatcheck.token': 'T' })
    await access.newTicket()
    expect(new Headers(asked[0]?.init.headers).get('authorization')).toBe('Bearer T')
    expect(asked[0]?.init).toMatchObject({ method: 'POST', credentials: 'omit', redirect: 'error', cache: 'no-store' })
  })

  test('a code is exchanged once; later sockets need the token only', async () => {
    const { access, asked } = openPage('#code=C', [TOKEN, TICKET, TICKET])
    await access.newTicket()
    await access.newTicket()
    expect(asked.map(({ path }) => path)).toEqual(['/access/exchange', '/access/ticket', '/access/ticket'])
  })

  test('a used link is told apart from no link', async () => {
    expect(await openPage('#code=old', [{ status: 403 }]).access.newTicket()).toEqual({ kind: 'denied', denial: 'used' })
    expect(await openPage('', []).access.newTicket()).toEqual({ kind: 'denied', denial: 'missing' })
  })

  test('a page that was let in before stays in when its link is opened again', async () => {
    const { access } = openPage('#code=old', [{ status: 403 }, TICKET], { 'coatcheck.token': 'T' })
    expect(await access.newTicket()).toEqual({ kind: 'ticket', ticket: 'K' })
  })

  test('a token that the host does not know any more is thrown away', async () => {
    const { access, storage } = openPage('', [{ status: 403 }], { 'coatcheck.token': 'old' })
    expect(await access.newTicket()).toEqual({ kind: 'denied', denial: 'used' })
    expect(storage.size).toBe(0)
  })

  test('a host that does not answer is no refusal: the code is tried again', async () => {
    const { access, asked } = openPage('#code=C', ['unreachable', TOKEN, TICKET])
    expect(await access.newTicket()).toEqual({ kind: 'unreachable' })
    expect(await access.newTicket()).toEqual({ kind: 'ticket', ticket: 'K' })
    expect(asked.filter(({ path }) => path === '/access/exchange')).toHaveLength(2)
  })
})
