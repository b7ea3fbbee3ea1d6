import { expect, test } from 'vitest'
import { beyondKnown, toDjangoVersion } from './django.ts'

test('a version text becomes the release whose rules it follows', () => {
  const cases = { '3.2.25': '3.2', '5.2': '5.2', '6.1rc1': '6.1', '1.11': '2.2', '6.9': '6.1', '10.0': '6.1', '4': '4.0', ' 2.2.28 ': '2.2' }
  expect(Object.keys(cases).map(toDjangoVersion)).toEqual(Object.values(cases))
})

test('what is no version is null', () => {
  expect(['', 'latest', '.2', '-1', '9999999'].map(toDjangoVersion)).toEqual([null, null, null, null, null])
})

test('older and newer than all that is known are told apart from what is known', () => {
  const cases = { '1.11.29': 'old', '2.1': 'old', '2.2': null, '5.2.17': null, '6.1': null, '6.2': 'new', '7.0a1': 'new', 'latest': null }
  expect(Object.keys(cases).map(beyondKnown)).toEqual(Object.values(cases))
})
