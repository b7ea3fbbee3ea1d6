import { expect, it } from 'vitest'
import type { DecodedSummary } from './decoder.ts'
import { packSummaries, unpackSummaries } from './packed-summaries.ts'

const SIGNED = { state: 'valid', verifiedBy: 'SECRET_KEY', reason: null } as const
const UNSIGNED = { state: 'absent', verifiedBy: null, reason: null } as const
const NAMES = ['cart', '_auth_user_id']
const PLAIN: DecodedSummary = { signature: SIGNED, serializer: 'json', compressed: false, signedAt: 1_700_000_000_000, topLevelKeys: NAMES, keyCount: 2, userId: '7', login: { backend: 'django.contrib.auth.backends.ModelBackend', hash: 'deadbeef' }, ownExpiry: null, readable: true }
const UNREADABLE: DecodedSummary = { signature: UNSIGNED, serializer: null, compressed: false, topLevelKeys: null, keyCount: 0, userId: null, login: null, ownExpiry: null, readable: false }

it('gives every summary back as it was, across a thread boundary too', () => {
  const summaries: DecodedSummary[] = [
    PLAIN, { ...PLAIN, userId: null, login: null }, { ...PLAIN, login: { backend: null, hash: null } }, { ...PLAIN, login: { backend: 'own', hash: null } }, { ...PLAIN, login: { backend: 'own', hash: 'other' } }, { ...PLAIN, signedAt: 0 }, { ...PLAIN, signedAt: -1 }, { ...PLAIN, compressed: true }, { ...PLAIN, keyCount: 20 }, { ...PLAIN, readable: false },
    { ...PLAIN, serializer: 'pickle' }, { ...PLAIN, signature: UNSIGNED }, { ...PLAIN, topLevelKeys: [] },
    { ...PLAIN, ownExpiry: { kind: 'int', digits: '600' } }, { ...PLAIN, ownExpiry: { kind: 'int', digits: '601' } }, UNREADABLE, { ...UNREADABLE, userId: '' }, PLAIN,
  ]
  expect(unpackSummaries(structuredClone(packSummaries(summaries)))).toStrictEqual(summaries)
  expect(unpackSummaries(packSummaries([]))).toStrictEqual([])
})

it('sends what sessions of one site have in common once', () => {
  const { shapes, userIds } = packSummaries(Array.from({ length: 1000 }, (_, index) => ({ ...PLAIN, signedAt: index, userId: String(index), login: { backend: 'own', hash: String(index) }, compressed: index % 5 === 0 })))
  expect(shapes).toHaveLength(2)
  expect(userIds).toHaveLength(1000)
})
