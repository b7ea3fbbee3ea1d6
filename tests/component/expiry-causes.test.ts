import { describe, expect, it } from 'vitest'
import { expiryCauses } from '../../renderer/src/components/inspector/expiry-causes.ts'
import { EXPIRES_AT, sessionDetail, SIGNED_AT } from './fixtures.ts'

const age = (seconds: number): string => `${String(seconds)} s`
const causes = (changes: Parameters<typeof sessionDetail>[0] = {}) => expiryCauses(sessionDetail(changes).expiry, age, 'column')
const first = (changes: Parameters<typeof sessionDetail>[0]) => causes(changes).find((cause) => cause.isFirst)?.name

describe('what can end a session', () => {
  it('is the row, when row and cookie end together', () => {
    expect(first({})).toBe('row')
  })

  it('is the cookie, when the row was moved behind it', () => {
    expect(first({ expiry: { expireDate: EXPIRES_AT + 1 } })).toBe('cookie')
  })

  it('counts an own expiry in seconds from the last save', () => {
    const cookie = causes({ expiry: { custom: { kind: 'seconds', seconds: 60 } } }).find(({ name }) => name === 'cookie')
    expect(cookie).toMatchObject({ why: 'cookieCustom', at: SIGNED_AT * 1000 + 60_000_000 })
  })

  it('has no cookie age when the browser drops the cookie', () => {
    const closing = causes({ expiry: { endsAtBrowserClose: true } })
    expect(closing.find(({ name }) => name === 'cookie')).toMatchObject({ why: 'cookieClose', at: null })
    expect(closing.find(({ name }) => name === 'close')).toMatchObject({ why: 'closeOn', instead: 'closeTime' })
  })

  it('says so when the time of the last save is not known, or the expiry is none that Django reads', () => {
    expect(causes({ expiry: { savedAt: null } }).find(({ name }) => name === 'cookie')?.why).toBe('cookieUnknown')
    expect(causes({ expiry: { custom: { kind: 'odd', text: 'list' } } }).find(({ name }) => name === 'custom')?.why).toBe('customOdd')
  })
})
