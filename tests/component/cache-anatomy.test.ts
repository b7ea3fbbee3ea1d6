import { describe, expect, it } from 'vitest'
import AnatomyTab from '../../renderer/src/components/inspector/AnatomyTab.vue'
import { cacheLayers, showsBase64, storedBytes } from '../../renderer/src/components/inspector/cache-anatomy.ts'
import { expiryCauses } from '../../renderer/src/components/inspector/expiry-causes.ts'
import type { DecodedText } from '../../shared/model/session.ts'
import { cacheText, NOW, sessionDetail } from './fixtures.ts'
import { mountWith } from './mount.ts'

describe('the anatomy of the value of a cache', () => {
  it('draws its wrappings from the outside in', () => {
    const ids = (text: DecodedText) => cacheLayers(text).map(({ id, sizeBytes }) => [id, sizeBytes])
    expect(ids(cacheText())).toEqual([['container', 100], ['compression', 100], ['serializer', 300]])
    expect(ids(cacheText({ container: 'file-cache', fileExpiry: { at: '1788000000.5', pickle: { protocol: 5, framed: true } }, compression: { compressor: 'zlib', level: 6, aboveBytes: 0 } }, { packedBytes: 80 }))).toEqual([['container', 100], ['head', 20], ['compression', 80], ['serializer', 300]])
    expect(ids(cacheText({ container: 'database-cache' }, { compressed: false, packedBytes: 75, dataBytes: 75 }))).toEqual([['container', 136], ['base64', 75], ['serializer', 75]])
  })

  it('knows whether the text stands for bytes', () => {
    expect(storedBytes(cacheText())).toBe(100)
    expect(showsBase64(cacheText({ serializer: 'json', pickle: null }, { compressed: false, text: '{"a": 1}' }))).toBe(false)
    expect(storedBytes(cacheText({ serializer: 'json', pickle: null }, { compressed: false, text: '{"a": "é"}' }))).toBe(11)
  })

  it('names key, flags, serializer, compressor and ratio, what its store told, and that nothing is signed', () => {
    const text = mountWith(AnatomyTab, { text: cacheText({ flags: 9, container: 'memcached' }), now: NOW, knownKeys: 2, storedKey: 'k3v9', physical: [{ name: 'TTL', value: '1209600 s' }] }).text()
    for (const part of ['a cache does not sign what it holds', 'Item of memcached', 'k3v9', 'TTL', '1209600 s', 'flags', '9', 'Packed with zstd', '300 → 100 B (33%)', 'Pickle, protocol 5', 'A cache does not sign', 'in base64']) expect(text).toContain(part)
    expect(text).not.toContain('PickleSerializer')
    expect(text).not.toContain('no secret key')
  })

  it('puts what is wrong where it is wrong', () => {
    const broken = cacheText({}, { data: null, problem: { step: 'compression', reason: 'packed-damaged', position: null, sentence: { id: 'cacheValues.problems.packed-damaged', params: { compressor: 'zstd' } } } })
    const wrapper = mountWith(AnatomyTab, { text: broken, now: NOW, knownKeys: 0 })
    expect(wrapper.findAll('.has-problem').map((section) => section.get('h3').text())).toEqual([expect.stringContaining('Packed with zstd')])
  })
})

describe('what ends a session elsewhere', () => {
  const causes = (kind: 'ttl' | 'mtime', changes: Parameters<typeof sessionDetail>[0]) => expiryCauses(sessionDetail(changes).expiry, String, kind)
  it('is the time to live, or nothing where there is none', () => {
    expect(causes('ttl', {})[0]).toMatchObject({ name: 'ttl', isFirst: true })
    expect(causes('ttl', { expiry: { expireDate: null, savedAt: null } })[0]).toMatchObject({ name: 'ttl', why: 'ttlNone', instead: 'never', isFirst: false })
    expect(causes('ttl', {}).map(({ name }) => name)).not.toContain('cache')
  })

  it('is the change time of the file, unless the data says otherwise', () => {
    expect(causes('mtime', {})[0]).toMatchObject({ name: 'mtime', why: 'mtimeReason' })
    expect(causes('mtime', { expiry: { custom: { kind: 'date', text: 'x', at: 1 } } })[0]).toMatchObject({ why: 'mtimeCustom' })
    expect(causes('mtime', { expiry: { custom: { kind: 'seconds', seconds: 300 }, expireDate: null } })[0]).toMatchObject({ why: 'mtimeNever', instead: 'never' })
  })
})
