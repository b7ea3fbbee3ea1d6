import { describe, expect, it } from 'vitest'
import { CoatcheckError, serializeError } from '../../../../shared/errors.ts'
import { readServerUrl as read } from './server-url.ts'

const readServerUrl = (url: string): ReturnType<typeof read> => read(url, { useTz: true, timeZone: 'UTC', origin: 'assumed' })

const failureOf = (url: string): CoatcheckError => {
  try {
    readServerUrl(url)
  } catch (error) {
    if (error instanceof CoatcheckError) return error
  }
  throw new Error('It was accepted.')
}

describe('the URL of a database server', () => {
  it('names everything but the password', () => {
    const { url, profile } = readServerUrl('postgresql://ana:s%3Acret@db.example.org:6543/shop?table=crm.user_sessions_session')
    expect(profile.kind).toBe('postgres')
    expect(url).toBe('postgresql://ana@db.example.org:6543/shop?table=crm.user_sessions_session')
    expect(profile).toMatchObject({ host: 'db.example.org', port: 6543, user: 'ana', database: 'shop', schema: 'crm', table: 'user_sessions_session', password: 's:cret' })
  })

  it('has the usual ports, users and table; MySQL has no schema', () => {
    expect(readServerUrl('postgres://localhost/db').profile).toMatchObject({ port: 5432, user: 'postgres', table: 'django_session', schema: null, password: null })
    expect(readServerUrl('mariadb://[::1]/db?table=a.b')).toMatchObject({ profile: { kind: 'mysql', host: '::1', port: 3306, user: 'root', table: 'a.b', schema: null } })
  })

  it('takes sockets', () => {
    expect(readServerUrl('postgresql:///db?host=/run/postgresql').profile).toMatchObject({ host: '/run/postgresql', database: 'db', tls: 'off' })
    expect(readServerUrl('mysql://root@/db?socket=/run/mysqld.sock').profile).toMatchObject({ host: '/run/mysqld.sock', user: 'root' })
  })

  it.each([
    ['postgresql://127.0.0.1/db', 'off'],
    ['postgresql://localhost/db', 'off'],
    ['postgresql://localhost/db?sslmode=verify-full', 'verify'],
    ['postgresql://db.example.org/db', 'verify'],
    ['postgresql://localhost.example.org/db', 'verify'],
    ['postgresql://0x7f.1.example/db', 'verify'],
    ['mysql://db.example.org/db?sslmode=require', 'verify'],
    ['mysql://db.example.org/db?sslmode=disable', 'off'],
  ])('%s: TLS is %s', (url, tls) => {
    expect(readServerUrl(url).profile.tls).toBe(tls)
  })

  it('writes to another machine, and sends a readable password, only when told to', () => {
    expect(readServerUrl('mysql://db.example.org/db').profile).toMatchObject({ allowWrites: false, allowCleartext: false })
    expect(readServerUrl('mysql://db.example.org/db?mode=rw&cleartext=1').profile).toMatchObject({ allowWrites: true, allowCleartext: true })
  })

  it.each([
    ['postgresql://ana:hunter2@h/', /no database/],
    ['postgresql://ana:hunter2@h/db?sslmode=prefer', /falls back/],
    ['postgresql://ana:hunter2@h/db?sslmod=disable', /not known/],
    ['postgresql://ana@h/db?password=hunter2', /no parameter/],
    ['postgresql://ana:hunter2@h/db?mode=ro', /mode=rw/],
    ['postgresql://ana:hunter2@h/db?table=', /no table/],
    ['postgresql://ana:hunter2@h/db?table=a&table=b', /twice/],
    ['postgresql://ana:hunter2%ZZ@h/db', /percent/],
    ['postgresql://ana:hunter2@h:port/db', /no URL/],
    ['postgresql://ana:hunter2@a,b/db', /more than one host/],
    ['mysql://ana:hunter2@a:3306,b:3306/db', /no URL/],
    ['postgresql://ana:hunter2@h/db?host=a,b', /more than one host/],
    ['oracle://ana:hunter2@h/db', /no postgresql/],
  ])('refuses %s and does not repeat it', (url, reason) => {
    const error = failureOf(url)
    expect(error.code).toBe('REQUEST_INVALID')
    expect(error.message).toMatch(reason)
    expect(JSON.stringify(serializeError(error))).not.toContain('hunter2')
  })
})
