import { describe, expect, it } from 'vitest'
import { CoatcheckError, serializeError } from '../../../../shared/errors.ts'
import type { StoreUrl } from '../store-url.ts'
import { readRedisUrl } from './redis-url.ts'
import type { RedisProfile } from './redis-url.ts'

const read = (text: string): StoreUrl<RedisProfile> => readRedisUrl(text, { useTz: true, timeZone: 'UTC', origin: 'assumed' })

function failureOf(text: string): CoatcheckError {
  try {
    read(text)
  } catch (error) {
    if (error instanceof CoatcheckError) return error
  }
  throw new Error(`${text} was read.`)
}

describe('the URL of a Redis', () => {
  it.each([
    ['redis://', { topology: { kind: 'single' }, addresses: [{ host: 'localhost', port: 6379 }], db: 0, user: null, tls: 'off' }],
    ['redis://ana@cache.example.org:6380/3', { addresses: [{ host: 'cache.example.org', port: 6380 }], db: 3, user: 'ana' }],
    ['redis://[::1]:6380/?db=2', { addresses: [{ host: '::1', port: 6380 }], db: 2 }],
    ['rediss://h?tlscacert=/etc/ca.pem', { tls: 'verify', caFile: '/etc/ca.pem' }],
    ['unix:///run/redis%20a.sock?db=4', { topology: { kind: 'single' }, addresses: [{ path: '/run/redis a.sock' }], db: 4 }],
    ['redis+sentinel://a,b:5000/mymaster/2', { topology: { kind: 'sentinel', master: 'mymaster' }, addresses: [{ host: 'a', port: 26_379 }, { host: 'b', port: 5000 }], db: 2 }],
    ['redis+sentinel://ana:one@a/m?sentinel_user=watcher&sentinel_password=two', { user: 'ana', password: 'one', sentinelUser: 'watcher', sentinelPassword: 'two' }],
    ['redis+sentinel://ana:one@a/m', { password: 'one', sentinelUser: null, sentinelPassword: null }],
    ['redis+cluster://a?read_from_replicas=1', { topology: { kind: 'cluster' }, readsReplicas: true }],
    ['redis+cluster://a:7000,b:7001', { readsReplicas: false, topology: { kind: 'cluster' }, addresses: [{ host: 'a', port: 7000 }, { host: 'b', port: 7001 }] }],
    ['rediss+cluster://a', { topology: { kind: 'cluster' }, tls: 'verify' }],
    ['redis://h?prefix=shop&version=2&format=django-redis', { prefix: 'shop', version: '2', format: 'django-redis', pattern: null }],
    ['redis://h?pattern=session:*&format=signed', { pattern: 'session:*', format: 'signed' }],
    ['redis://h?mode=rw&cleartext=1', { allowWrites: true, allowCleartext: true }],
  ])('%s', (text, expected) => {
    expect(read(text).profile).toMatchObject(expected)
  })

  it('keeps the password apart from everything that is shown', () => {
    const { url, name, location, profile } = read('redis://ana:hunter2%40@h:1/0?prefix=a')
    expect(profile.password).toBe('hunter2@')
    expect(read('redis://:hunter2@h').profile).toMatchObject({ user: null, password: 'hunter2' })
    expect([url, name, location]).toEqual(['redis://ana@h:1/0?prefix=a', 'h:1', 'ana@h:1/0'])
    const watched = read('redis+sentinel://:one@a:1/m/2?sentinel_user=w&sentinel_password=two&prefix=x')
    expect([watched.url, watched.name, watched.location]).toEqual(['redis+sentinel://a:1/m/2?sentinel_user=w&prefix=x', 'm', 'a:1/m/2'])
  })

  it.each(['redis://ana@h:1/0?prefix=a', 'unix:///redis.sock?db=3', 'redis+sentinel://a:1,b:2/name/3', 'redis+cluster://a:1,b:2?format=json'])('%s says the same when it is read again', (text) => {
    expect(read(read(text).url)).toEqual(read(text))
  })

  it.each([
    ['redis://localhost', true], ['redis://127.9.9.9', true], ['unix:///a.sock', true], ['redis://127.1', false],
    ['redis://h', false], ['redis+cluster://localhost,h', false], ['redis://localhost.example.org', false],
  ])('%s is this machine: %s', (text, isLocal) => {
    expect(read(text).isLocal).toBe(isLocal)
  })

  it.each([
    ['redis://ana:hunter2@h/x', /number/],
    ['redis://ana:hunter2@h/0/1', /nothing else/],
    ['redis://ana:hunter2@h:99999', /port/],
    ['redis://ana:hunter2@h,i/0', /host:port/],
    ['redis+cluster://ana:hunter2@h/1', /database 0/],
    ['redis+sentinel://ana:hunter2@h', /name of the master/],
    ['unix://h/redis.sock', /unix:/],
    ['redis://ana:hunter2@h?password=hunter2', /no parameter/],
    ['redis://ana:hunter2@h?formt=json', /not known/],
    ['redis://ana:hunter2@h?format=xml', /django-redis/],
    ['redis://ana:hunter2@h?pattern=session:', /one \*/],
    ['redis://ana:hunter2@h?pattern=*:*', /one \*/],
    ['redis://ana:hunter2@h?tlscacert=/ca.pem', /rediss/],
    ['redis://ana:hunter2@h?mode=ro', /mode=rw/],
    ['redis://ana:hunter2@h?read_from_replicas=1', /clusters/],
    ['redis://h?sentinel_password=hunter2', /Sentinels/],
    ['redis+cluster://h?sentinel_user=a&sentinel_password=hunter2', /Sentinels/],
    ['redis://ana:hunter2%ZZ@h', /percent/],
    ['redis://ana:hunter2@h?prefix=a&prefix=b', /twice/],
    ['redis://ana:hun@ter2@h', /no URL/],
  ])('refuses %s and does not repeat it', (text, reason) => {
    const error = failureOf(text)
    expect(error.code).toBe('REQUEST_INVALID')
    expect(error.message).toMatch(reason)
    expect(JSON.stringify(serializeError(error))).not.toContain('hunter2')
  })
})
