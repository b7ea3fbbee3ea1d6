import { describe, expect, it } from 'vitest'
import { shiftIsoDate, shiftPastedText, shiftSessionText } from './shift-text.ts'

// Made by Django 5.2 (docs/django-sessions.md, worked example): secret `reference-secret`, 1700000000.
const KEY = { name: 'SECRET_KEY', secret: 'reference-secret' }
const ANOTHER = { name: 'SECRET_KEY', secret: 'another' }
const ROW = 'eyJhIjoxfQ:1r31eq:s9_EDPvI8YIIKoZa60okUu8mEw9ZrEb0WsJ4rWO_sB4'
const COOKIE = 'eyJhIjoxfQ:1r31eq:DMN4RG3OTKhU6puzNm9LE3lc5yJVS_XwbbAT-URLO8k'

describe('shiftSessionText', () => {
  it('is exact: there and back gives the same text, for a row and for a cookie', () => {
    for (const text of [ROW, COOKIE]) {
      const later = shiftSessionText(text, [KEY], 86_400)
      expect(later).not.toBe(text)
      expect(shiftSessionText(later, [KEY], -86_400)).toBe(text)
    }
  })

  it('signs again with the key that verified it, not with the first one', () => {
    const later = shiftSessionText(ROW, [ANOTHER, KEY], 60)
    expect(shiftSessionText(later, [KEY], -60)).toBe(ROW)
  })

  it('leaves alone what does not verify', () => {
    for (const text of [ROW.slice(0, -2), `${ROW.slice(0, -1)}5`, '', 'no session at all', 'a:b', '::']) expect(shiftSessionText(text, [KEY], 60)).toBe(text)
    expect(shiftSessionText(ROW, [ANOTHER], 60)).toBe(ROW)
  })
})

describe('shiftPastedText', () => {
  it('moves the texts and the dates of a pasted header, and nothing else', () => {
    const paste = `# one\nSet-Cookie: sessionid="${COOKIE}"; expires=Sat, 12 Sep 2026 10:40:00 GMT; Path=/`
    const later = shiftPastedText(paste, [KEY], 86_400)
    expect(later).toBe(`# one\nSet-Cookie: sessionid="${shiftSessionText(COOKIE, [KEY], 86_400)}"; expires=Sun, 13 Sep 2026 10:40:00 GMT; Path=/`)
  })
})

describe('shiftIsoDate', () => {
  it('keeps the spelling of Python', () => {
    expect(shiftIsoDate('2026-09-03T04:05:06.789012+00:00', 60)).toBe('2026-09-03T04:06:06.789012+00:00')
    expect(shiftIsoDate('2026-09-03T04:05:06+00:00', -6)).toBe('2026-09-03T04:05:00+00:00')
  })
})
