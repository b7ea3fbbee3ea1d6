import { expect, test } from 'vitest'
import { ownerSentence, ownerWords } from './owner-words.ts'

const owner = { id: '42', state: 'known', username: 'ana', email: null, isActive: true, isStaff: false, isSuperuser: false } as const
const row = (state: 'valid' | 'bad' | 'unchecked') => ({ userId: '42', owner, topLevelKeys: ['_auth_user_id'], signature: { state, verifiedBy: null, reason: null } })

test('whose session it is, is only a claim where no key of the site signed it', () => {
  expect(ownerWords(row('bad'))).toEqual({ id: 'workbench.owner.doubted.named', params: { name: 'ana' } })
  expect(ownerSentence(row('bad'))).toEqual({ id: 'workbench.owner.claims.named', params: { name: 'ana' } })
  expect(ownerWords({ ...row('bad'), owner: { ...owner, state: 'gone' } }).id).toBe('workbench.owner.doubted.gone')
  expect(ownerWords({ ...row('bad'), userId: null }).id).toBe('workbench.owner.anonymous')
})

test('without a known key, and where one signed it, the user is named as it is', () => {
  for (const state of ['valid', 'unchecked'] as const) expect([ownerWords(row(state)).id, ownerSentence(row(state)).id]).toEqual(['workbench.owner.named', 'workbench.owner.named'])
})
