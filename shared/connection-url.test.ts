import { expect, test } from 'vitest'
import { CONNECTION_VARIANTS, variantOf } from './connection-kinds.ts'
import { readConnectionUrl, writeConnectionUrl } from './connection-url.ts'

test.each([
  'postgresql://ana@db.example.org:6543/shop?table=crm.user_sessions&sslmode=verify-full&sslrootcert=/etc/ca.pem',
  'postgresql://localhost/shop',
  'postgresql://ana%40corp@[::1]:5432/my%20shop',
  'mysql://root@127.0.0.1:3306/shop?mode=rw',
  'sqlite:///srv/my%20shop/db.sqlite3?table=user_sessions',
  'redis://coat@cache.stage.corner.shop:6379/1?prefix=shop&version=2&format=django-redis',
  'rediss://cache.example.org/0?tlscacert=/etc/ca.pem',
  'unix:///run/redis.sock?db=2',
  'redis+sentinel://a:26379,b:26379/mymaster',
  'redis+sentinel://shop@a:26379/mymaster/3?sentinel_user=watcher&prefix=shop',
  'rediss+sentinel://a:26379,b:26379/mymaster/0?tlscacert=/etc/ca.pem',
  'redis+cluster://a:7000,b:7001,c:7002?pattern=session:*',
  'rediss+cluster://shop@a:7000?tlscacert=/etc/ca.pem&read_from_replicas=1',
  'memcached://127.0.0.1:11211,127.0.0.1:11212',
  'dbcache+sqlite:///srv/db.sqlite3?table=cache_table',
  'dbcache+postgresql://u@h/db?table=cache_table',
  'dbcache+mysql://u@h:3307/db?table=cache_table',
  'djcache:///var/tmp/django_cache',
  'file:///var/sessions?cookie_name=sid',
])('%s is read into fields and written back', (url) => {
  const read = readConnectionUrl(url)
  expect(read).not.toBeNull()
  if (read !== null) expect(writeConnectionUrl(variantOf(read.variant), read.values, read.rest)).toBe(url)
})

test('a password goes into its field and never into what is written', () => {
  const read = readConnectionUrl('postgres://ana:p%40ss:w@h/db')
  expect(read).toMatchObject({ variant: 'postgresql', values: { user: 'ana', password: 'p@ss:w', host: 'h', database: 'db' } })
  if (read !== null) expect(writeConnectionUrl(variantOf(read.variant), read.values)).toBe('postgresql://ana@h/db')
})

test('nor does the password of the Sentinels', () => {
  const read = readConnectionUrl('redis+sentinel://:one@a/shop/2?sentinel_password=t%26wo&format=json')
  expect(read).toMatchObject({ variant: 'sentinel', values: { password: 'one', sentinelPassword: 't&wo', master: 'shop', number: '2' }, rest: '' })
  if (read !== null) expect(writeConnectionUrl(variantOf(read.variant), read.values, read.rest)).toBe('redis+sentinel://a/shop/2?format=json')
})

test('what is no URL of a store is not guessed at', () => {
  for (const text of ['', '/srv/db.sqlite3', 'http://h/', 'oracle://h/db', 'postgresql:h']) expect(readConnectionUrl(text)).toBeNull()
})

test('each scheme is one form', () => {
  const schemes = CONNECTION_VARIANTS.map(({ scheme }) => scheme)
  expect(new Set(schemes).size).toBe(schemes.length)
})
