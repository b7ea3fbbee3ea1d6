import { expect, test } from 'vitest'
import { toDjangoVersion } from './django.ts'

test('a version text becomes the release whose rules it follows', () => {
  const cases = { '3.2.25': '3.2', '5.2': '5.2', '6.1rc1': '6.1', '1.11': '2.2', '6.9': '6.1', '10.0': '6.1', '4': '4.0', ' 2.2.28 ': '2.2' }
  expect(Object.keys(cases).map(toDjangoVersion)).toEqual(Object.values(cases))
})

test('what is no version is null', () => {
  expect(['', 'latest', '.2', '-1', '9999999'].map(toDjangoVersion)).toEqual([null, null, null, null, null])
})
