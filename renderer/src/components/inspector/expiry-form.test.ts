import { describe, expect, it } from 'vitest'
import { firstForm, formSetting } from './expiry-form.ts'

const form = firstForm(Date.UTC(2026, 8, 2, 9, 12))

describe('the form of a new expiry', () => {
  it('gives seconds, an instant in UTC, or the word', () => {
    expect(formSetting({ ...form, amount: '30', unit: 'days' })).toEqual({ kind: 'in', seconds: 2_592_000 })
    expect(formSetting({ ...form, amount: '1.5', unit: 'hours' })).toEqual({ kind: 'in', seconds: 5400 })
    expect(formSetting({ ...form, kind: 'at', date: '2026-10-02', time: '09:12' })).toEqual({ kind: 'at', at: Date.UTC(2026, 9, 2, 9, 12) })
    expect(formSetting({ ...form, kind: 'browser-close' })).toEqual({ kind: 'browser-close' })
    expect(formSetting({ ...form, kind: 'default' })).toEqual({ kind: 'default' })
  })

  it('gives nothing for what Django could not use', () => {
    for (const amount of ['', '0', '-1', 'x', '9999999']) expect(formSetting({ ...form, amount })).toBeNull()
    expect(formSetting({ ...form, kind: 'at', date: '' })).toBeNull()
  })
})
