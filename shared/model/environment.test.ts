import { expect, test } from 'vitest'
import { guessEnvironment } from './environment.ts'

test.each([
  ['ana@cache.stage.corner.shop:6379/1', 'staging', 'stage'],
  ['u@db-staging-2.example.org:5432/shop', 'staging', 'staging'],
  ['u@10.0.0.4:5432/shop_test', 'staging', 'test'],
  ['u@qa.example.org/shop', 'staging', 'qa'],
  ['u@latest.example.org/contest', 'production', null],
  ['u@db.device.example.org/backstage', 'production', null],
  ['u@db.example.org:5432/shop', 'production', null],
])('%s is taken for %s', (text, environment, word) => {
  expect(guessEnvironment({ isLocal: false, text })).toEqual({ environment, word })
})

test('this machine is local, whatever it is called', () => {
  expect(guessEnvironment({ isLocal: true, text: 'localhost/staging' })).toEqual({ environment: 'local', word: null })
})
