import { expect, test } from 'vitest'
import { EMPTY_FORM, readForm } from './clean-form.ts'

const KEY = 'k3v9ta8q2m5x7c1b4n6l0p9o8i7u6y5t'

test('untouched, the form asks for expired sessions to be deleted', () => {
  expect(readForm(EMPTY_FORM, [])).toEqual({ ok: true, rules: [{ kind: 'expired' }], action: { kind: 'delete' } })
})

test.each([
  [{ rule: 'older-than', days: '30' }, { kind: 'older-than', seconds: 2_592_000 }],
  [{ rule: 'owners', users: ' ana, #42 ,' }, { kind: 'owners', users: ['ana', '#42'] }],
  [{ rule: 'keep-newest', newest: '3' }, { kind: 'keep-newest', count: 3 }],
  [{ rule: 'size-over', bytes: '1,000,000' }, { kind: 'size-over', bytes: 1_000_000 }],
  [{ rule: 'query', where: ' user:ana ' }, { kind: 'query', where: 'user:ana' }],
  [{ rule: 'selection' }, { kind: 'selection', sessions: [{ key: KEY, ifEtag: null }] }],
] as const)('%j is the rule %j', (changes, rule) => {
  expect(readForm({ ...EMPTY_FORM, ...changes }, [KEY])).toMatchObject({ ok: true, rules: [rule] })
})

test.each([
  [{ action: 'expire', expiry: 'now' }, { kind: 'expire', expiry: { kind: 'now' } }],
  [{ action: 'extend', hours: '24' }, { kind: 'extend', seconds: 86_400 }],
  [{ action: 'set-key', name: 'theme', value: '"dark"' }, { kind: 'set-key', name: 'theme', value: '"dark"' }],
  [{ action: 'remove-key', name: 'cart' }, { kind: 'remove-key', name: 'cart' }],
  [{ action: 'copy', to: 's2' }, { kind: 'copy', to: 's2' }],
] as const)('%j is the action %j', (changes, action) => {
  expect(readForm({ ...EMPTY_FORM, ...changes }, [])).toMatchObject({ ok: true, action })
})

test.each([
  [{ rule: 'older-than', days: '' }, 'days'], [{ rule: 'older-than', days: '0' }, 'days'], [{ rule: 'older-than', days: '1.5' }, 'days'],
  [{ rule: 'owners', users: ' , ' }, 'users'], [{ rule: 'keep-newest', newest: '-1' }, 'newest'], [{ rule: 'size-over', bytes: '4k' }, 'bytes'],
  [{ rule: 'query', where: ' ' }, 'where'], [{ rule: 'selection' }, 'selection'],
  [{ action: 'extend', hours: 'x' }, 'hours'], [{ action: 'set-key', name: '', value: '1' }, 'name'], [{ action: 'set-key', name: 'a', value: '' }, 'value'], [{ action: 'copy' }, 'to'],
] as const)('%j is no question: %s', (changes, problem) => {
  expect(readForm({ ...EMPTY_FORM, ...changes }, [])).toEqual({ ok: false, problem })
})
