import { cacheCodec } from './codec/cached.ts'
import { describeCodecConformance } from './codec/index.ts'
import { signedCodec } from './codec/signed.ts'

// One function reads every text, and another one every value of a cache: each gets once, for each serializer, what takes long.
const WITH_HEAVY = { withHeavy: true }

describeCodecConformance('signed text of a row', signedCodec({ place: 'row', serializer: 'json', format: 'django-signed', django: '5.2' }), WITH_HEAVY)
describeCodecConformance('signed cookie', signedCodec({ place: 'cookie', serializer: 'json', format: 'django-signed', django: '5.2' }))
describeCodecConformance('signed pickle of a row', signedCodec({ place: 'row', serializer: 'pickle', format: 'django-signed', django: '4.2' }), WITH_HEAVY)
describeCodecConformance('text of a row before 3.1', signedCodec({ place: 'row', serializer: 'json', format: 'django-legacy', django: '2.2' }))
describeCodecConformance('pickle of a row before 3.1', signedCodec({ place: 'row', serializer: 'pickle', format: 'django-legacy', django: '2.2' }))

describeCodecConformance("Django's RedisCache", cacheCodec('default'), WITH_HEAVY)
for (const writer of ['pickle identity', 'pickle zlib', 'pickle gzip', 'pickle lzma', 'pickle lz4', 'pickle zstd', 'json identity', 'json zlib', 'json gzip', 'json lzma', 'json lz4', 'json zstd', 'msgpack identity', 'msgpack zlib', 'msgpack gzip', 'msgpack lzma', 'msgpack lz4', 'msgpack zstd']) {
  describeCodecConformance(`django-redis, ${writer}`, cacheCodec(writer), { withHeavy: writer === 'json identity' })
}
describeCodecConformance('django-redis, HerdClient', cacheCodec('herd'))
describeCodecConformance('PyMemcacheCache', cacheCodec('pymemcache'))
describeCodecConformance('PyLibMCCache', cacheCodec('pylibmc'))
describeCodecConformance('FileBasedCache', cacheCodec('file'))
describeCodecConformance('DatabaseCache', cacheCodec('database'))
