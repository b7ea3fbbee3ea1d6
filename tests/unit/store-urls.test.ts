import { describe, expect, test } from 'vitest'
import { readStoreUrl } from '../../electron/core/connections/read-url.ts'
import { CONNECTION_FIELDS, CONNECTION_VARIANTS } from '../../shared/connection-kinds.ts'
import type { ConnectionField, FieldId } from '../../shared/connection-kinds.ts'
import { writeConnectionUrl } from '../../shared/connection-url.ts'
import { CoatcheckError, serializeError } from '../../shared/errors.ts'

const clock = { useTz: true, timeZone: 'UTC', origin: 'assumed' } as const
const read = (text: string): ReturnType<typeof readStoreUrl> => readStoreUrl(text, clock)

describe('URLs of stores', () => {
  test.each([
    ['file:///srv/sessions', { engine: 'file', profile: { kind: 'file', path: '/srv/sessions', cookieName: 'sessionid', cookieAgeSeconds: 1_209_600 } }],
    ['file:///srv/my%20shop/?cookie_name=shop_sid&cookie_age=3600', { cookieName: 'shop_sid', cookieAgeSeconds: 3600, profile: { path: '/srv/my shop/', cookieName: 'shop_sid' } }],
    ['file://localhost/srv/sessions', { url: 'file:///srv/sessions' }],
    ['djcache:///var/cache/shop?prefix=shop&version=2', { engine: 'cache', profile: { kind: 'file-cache', path: '/var/cache/shop', prefix: 'shop', version: '2' } }],
    ['dbcache+sqlite:///srv/db.sqlite3?table=my%20cache', { engine: 'cache', kind: 'file', profile: { kind: 'sqlite', path: '/srv/db.sqlite3', table: 'my cache', cache: { prefix: '', version: '1' } } }],
    ['dbcache+postgresql://shop@db.example/shop?table=app.cache&prefix=x', { engine: 'cache', isLocal: false, profile: { kind: 'postgres', schema: 'app', table: 'cache', tls: 'verify', cache: { prefix: 'x', version: '1' } } }],
    ['dbcache+mysql://root@127.0.0.1/shop', { isLocal: true, profile: { kind: 'mysql', table: 'cache_table' } }],
    ['memcached://127.0.0.1,10.0.0.2:11212?client=pylibmc', { isLocal: false, engine: 'cache', profile: { kind: 'memcached', client: 'pylibmc', servers: [{ host: '127.0.0.1', port: 11_211 }, { host: '10.0.0.2', port: 11_212 }], allowWrites: false } }],
    ['memcached://[::1]:11211', { isLocal: true, location: '[::1]:11211' }],
    ['memcached:///run/memcached.sock?mode=rw', { isLocal: true, profile: { servers: [{ path: '/run/memcached.sock' }], allowWrites: true } }],
  ])('%s is understood', (text, expected) => {
    expect(read(text)).toMatchObject(expected)
  })

  const ENTERED: Readonly<Partial<Record<FieldId, string>>> = { path: '/srv/shop', host: 'db.example', port: '1234', hosts: 'a:1, b:2', number: '2', socketNumber: '2', version: '3', pattern: 'session:*' }
  test.each(CONNECTION_VARIANTS)('the driver understands all that the form of $id asks for', (variant) => {
    const entered = (id: FieldId): string => {
      const { choices }: ConnectionField = CONNECTION_FIELDS[id]
      return ENTERED[id] ?? choices?.[1] ?? 'entered'
    }
    const url = writeConnectionUrl(variant, Object.fromEntries(variant.fields.map((id) => [id, entered(id)])))
    expect(read(url).profile).toBeDefined()
  })

  test('what is kept of a URL means the same when it is read again', () => {
    for (const text of ['file:///srv/my%20shop?cookie_name=s&cookie_age=9', 'djcache:///a%3Fb?prefix=%26x', 'dbcache+sqlite:///srv/a%20b.sqlite3?table=t%26u&prefix=é', 'dbcache+mysql://u:secret@h:3307/db?table=t&mode=rw', 'memcached://a:1,b:2?prefix=p%3D&client=pylibmc&mode=rw', 'memcached:///run/m.sock']) {
      const once = read(text)
      const twice = read(once.url)
      expect(twice.url).toBe(once.url)
      expect({ ...twice.profile, password: null }).toEqual({ ...once.profile, password: null })
    }
  })

  test.each([
    'file://otherhost/srv', 'file:///srv?cookie_name=a/b', 'file:///srv?cookie_name=', 'file:///srv?cookie_age=-1', 'file:///srv?cookie_name=a&cookie_name=b', 'file:///srv?hunter2=1', 'file:///a%2Fb', 'file:///a%00b',
    'djcache://u:hunter2@h/srv', 'djcache:///srv?hunter2=1',
    'dbcache+sqlite:///srv/db?table=t&hunter2=1', 'dbcache+sqlite:///', 'dbcache+sqlite://h/srv/db', 'dbcache+postgresql://u:hunter2@h/', 'dbcache+mysql://u:hunter2@h/db?prefix=a&prefix=b',
    'memcached://', 'memcached://u:hunter2@h', 'memcached://h:99999', 'memcached://h:0', 'memcached://h,', 'memcached://h?client=hunter2', 'memcached://h?mode=ro', 'memcached://h/path', 'memcached:///%zz',
  ])('%s is refused, and nothing of it is quoted', (text) => {
    try {
      read(text)
      expect.unreachable()
    } catch (error) {
      if (!(error instanceof CoatcheckError)) throw error
      expect(error.code).toBe('REQUEST_INVALID')
      expect(JSON.stringify(serializeError(error))).not.toContain('hunter2')
    }
  })

  test.each([['locmem://', /memory of the site/], ['dummy://', /keeps nothing/]])('%s is explained, not pretended', (text, why) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'STORE_UNSUPPORTED', message: expect.stringMatching(why) as string }) as Error)
  })
})
