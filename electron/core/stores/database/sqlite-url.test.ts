import { expect, test } from 'vitest'
import { readSqliteUrl } from './sqlite-url.ts'

const CLOCK = { useTz: true, timeZone: 'UTC', origin: 'assumed' } as const

test('a path and a table come back as they went in, odd characters included', () => {
  expect(readSqliteUrl('sqlite:///srv/my%20shop/db%23.sqlite3?table=user_sessions', CLOCK)).toMatchObject({
    url: 'sqlite:///srv/my%20shop/db%23.sqlite3?table=user_sessions', name: 'db#.sqlite3', location: '/srv/my shop/db#.sqlite3', isLocal: true, kind: 'file',
    profile: { kind: 'sqlite', path: '/srv/my shop/db#.sqlite3', table: 'user_sessions' },
  })
  expect(readSqliteUrl('sqlite:///srv/db.sqlite3?table=django_session', CLOCK)).toMatchObject({ url: 'sqlite:///srv/db.sqlite3', profile: { table: 'django_session' } })
})

test.each([
  ['sqlite://srv/db.sqlite3', /absolute/],
  ['sqlite:///', /absolute/],
  ['sqlite:///srv/db.sqlite3?table=', /no table/],
  ['sqlite:///srv/db.sqlite3?mode=rw', /not known/],
  ['sqlite:///srv%2Fdb', /no path/],
  ['file:///srv/db.sqlite3', /not a sqlite/],
])('refuses %s', (url, reason) => {
  expect(() => readSqliteUrl(url, CLOCK)).toThrowError(expect.objectContaining({ code: 'REQUEST_INVALID', message: expect.stringMatching(reason) as string }))
})
