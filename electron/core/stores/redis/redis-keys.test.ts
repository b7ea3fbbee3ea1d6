import { describe, expect, it } from 'vitest'
import { redisKeys } from './redis-keys.ts'
import { choosePayload } from './redis-payload.ts'

const django = redisKeys({ prefix: 'shop', version: '2', pattern: null })

describe('keys of sessions in Redis', () => {
  it('are those of both cache engines, the likelier first', () => {
    expect(django.wholeKeys('abc')).toEqual(['shop:2:django.contrib.sessions.cacheabc', 'shop:2:django.contrib.sessions.cached_dbabc'])
    expect(django.read('shop:2:django.contrib.sessions.cacheabc')).toEqual({ key: 'abc', rank: 0 })
    expect(django.read('shop:2:django.contrib.sessions.cached_dbabc')).toEqual({ key: 'abc', rank: 1 })
  })

  it.each(['shop:1:django.contrib.sessions.cacheabc', ':2:django.contrib.sessions.cacheabc', 'shop:2:django.contrib.sessions.cache', 'shop:2:page', ''])('%s is none', (wholeKey) => {
    expect(django.read(wholeKey)).toBeNull()
  })

  it.each([['session:*', 'session:abc'], ['*', 'abc'], ['*:s', 'abc:s'], ['a?[b]*]\\', 'a?[b]abc]\\']])('by the pattern %s', (pattern, wholeKey) => {
    const keys = redisKeys({ prefix: '', version: '1', pattern })
    expect(keys.wholeKeys('abc')).toEqual([wholeKey])
    expect(keys.read(wholeKey)).toEqual({ key: 'abc', rank: 0 })
    expect(keys.read(pattern.replace('*', ''))).toBeNull()
  })

  it('mean nothing to MATCH but the place of the session key', () => {
    expect(redisKeys({ prefix: '', version: '1', pattern: 'a?[^b-]\\:*' }).globOf(null)).toBe('a\\?\\[\\^b\\-\\]\\\\:*')
    expect(redisKeys({ prefix: '*', version: '?', pattern: null }).globOf(null)).toBe('\\*:\\?:django.contrib.sessions.cache*')
  })

  it('may be asked for by one beginning, or one key, of which nothing means anything either', () => {
    const own = redisKeys({ prefix: '', version: '1', pattern: 's:*:e' })
    expect(own.globOf([{ text: 'a*b', isPrefix: true }])).toBe('s:a\\*b*:e')
    expect(own.globOf([{ text: 'ab', isPrefix: false }])).toBe('s:ab:e')
    expect(own.globOf([{ text: 'ab', isPrefix: false }, { text: 'cd', isPrefix: false }])).toBe('s:*:e')
    expect(django.globOf([{ text: 'a?', isPrefix: true }])).toBe('shop:2:django.contrib.sessions.cache*a\\?*')
  })

  it.each(['', '\ud800'])('%j is no session key', (key) => {
    expect(django.wholeKeys(key)).toEqual([])
  })
})

describe('values in Redis', () => {
  const text = (value: string): Uint8Array => Buffer.from(value, 'latin1')
  const signed = 'eyJuIjoxfQ:1vLxYz:0123456789abcdefghijABCDEFGHIJ_-0123456789a'

  it.each([
    ['JSON under a pattern', true, ['{"n": 1}', '{}'], { reader: 'own-engine', serializer: 'json' }],
    ['JSON under keys of Django, which django-redis writes', false, ['{"n": 1}'], { reader: null, container: 'redis' }],
    ['signed text', true, [signed], { kind: 'session-text' }],
    ['signed and compressed text', true, [`.${signed}`], { kind: 'session-text' }],
    ['pickles', false, ['\u0080\u0005}\u0094.'], { reader: null, container: 'redis' }],
    ['a mixture', true, [signed, '{}'], { reader: null, container: 'redis' }],
    ['nothing', true, [], { reader: null, container: 'redis' }],
  ])('%s', (_, hasOwnPattern, sample, expected) => {
    expect(choosePayload('auto', hasOwnPattern, sample.map(text))).toMatchObject(expected)
  })

  it('are what the URL says they are', () => {
    expect(choosePayload('django-redis', false, [])).toMatchObject({ reader: 'django-redis', serializer: null, compressor: null })
    expect(choosePayload('django', false, [text('{}')])).toMatchObject({ reader: 'django', serializer: 'pickle' })
  })
})
