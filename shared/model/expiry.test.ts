import { expect, test } from 'vitest'
import type { DictNode } from '../values/node.ts'
import { customExpiry, ownExpiry, endsAtBrowserClose, setExpiry } from './expiry.ts'

const NOW = 1_788_000_000_000_000
const utc = { useTz: true, timeZone: 'UTC', origin: 'settings' } as const
const chicago = { useTz: false, timeZone: 'America/Chicago', origin: 'settings' } as const
const policy = { cookieAgeSeconds: 1_209_600, clock: utc }
const data: DictNode = { kind: 'dict', entries: [{ key: { kind: 'str', value: 'a' }, value: { kind: 'int', digits: '1' } }] }
const expiryOf = (dict: DictNode | null): unknown => dict?.entries.find((entry) => entry.key.kind === 'str' && entry.key.value === '_session_expiry')?.value

test('set_expiry(seconds) is kept in the data and counted from now', () => {
  const set = setExpiry(data, { kind: 'in', seconds: 60 }, policy, NOW)
  expect(expiryOf(set.data)).toEqual({ kind: 'int', digits: '60' })
  expect(set.expireDate).toBe(NOW + 60_000_000)
})

test('set_expiry(datetime) is ISO text, aware under USE_TZ and naive wall clock without', () => {
  const at = 1_790_000_000_000
  expect(expiryOf(setExpiry(data, { kind: 'at', at }, policy, NOW).data)).toEqual({ kind: 'str', value: '2026-09-21T14:13:20+00:00' })
  expect(expiryOf(setExpiry(data, { kind: 'at', at: at + 1 }, policy, NOW).data)).toEqual({ kind: 'str', value: '2026-09-21T14:13:20.001000+00:00' })
  expect(expiryOf(setExpiry(data, { kind: 'at', at }, { ...policy, clock: chicago }, NOW).data)).toEqual({ kind: 'str', value: '2026-09-21T09:13:20' })
})

test('browser close is 0 in the data, and the store keeps the session for SESSION_COOKIE_AGE', () => {
  const set = setExpiry(data, { kind: 'browser-close' }, policy, NOW)
  expect(expiryOf(set.data)).toEqual({ kind: 'int', digits: '0' })
  expect(set.expireDate).toBe(NOW + 1_209_600_000_000)
})

test('site default removes what was set and leaves the rest in order', () => {
  const set = setExpiry(setExpiry(data, { kind: 'in', seconds: 5 }, policy, NOW).data ?? data, { kind: 'default' }, policy, NOW)
  expect(set.data).toEqual(data)
})

test('ending a session now moves the expire date alone, behind both of Django\'s comparisons', () => {
  expect(setExpiry(data, { kind: 'now' }, policy, NOW)).toEqual({ data: null, expireDate: NOW - 1_000_000 })
})

test('what stands in the data is told apart: nothing, seconds, a date, something odd', () => {
  const withValue = (value: DictNode['entries'][number]['value']): DictNode => ({ kind: 'dict', entries: [{ key: { kind: 'str', value: '_session_expiry' }, value }] })
  expect(customExpiry(ownExpiry(data), utc)).toBeNull()
  expect(customExpiry(ownExpiry(withValue({ kind: 'int', digits: '0' })), utc)).toEqual({ kind: 'seconds', seconds: 0 })
  expect(customExpiry(ownExpiry(withValue({ kind: 'str', value: '2026-09-21T14:13:20+00:00' })), utc)).toEqual({ kind: 'date', text: '2026-09-21T14:13:20+00:00', at: 1_790_000_000_000_000 })
  expect(customExpiry(ownExpiry(withValue({ kind: 'str', value: '2026-09-21T09:13:20' })), chicago)).toMatchObject({ at: 1_790_000_000_000_000 })
  expect(customExpiry(ownExpiry(withValue({ kind: 'str', value: 'soon' })), utc)).toEqual({ kind: 'date', text: 'soon', at: null })
  expect(customExpiry(ownExpiry(withValue({ kind: 'list', items: [] })), utc)).toEqual({ kind: 'odd', text: 'list' })
})

test('only 0 means browser close; without a value the setting decides', () => {
  expect(endsAtBrowserClose({ kind: 'seconds', seconds: 0 }, false)).toBe(true)
  expect(endsAtBrowserClose({ kind: 'seconds', seconds: 1 }, true)).toBe(false)
  expect(endsAtBrowserClose(null, true)).toBe(true)
})

test('a Django before 4.1 fails over a date in JSON, so it gets the seconds until then', () => {
  const at = NOW / 1000 + 90_500
  const old = setExpiry(data, { kind: 'at', at }, { ...policy, djangoVersion: '4.0' }, NOW)
  expect(expiryOf(old.data)).toEqual({ kind: 'int', digits: '91' })
  expect(old.expireDate).toBe(at * 1000)
  expect(expiryOf(setExpiry(data, { kind: 'at', at }, { ...policy, djangoVersion: '4.1' }, NOW).data)).toMatchObject({ kind: 'str' })
})
