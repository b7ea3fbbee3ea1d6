import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CoatcheckError } from '../../shared/errors.ts'
import { readArguments } from './options.ts'

test('without arguments: loopback, a free port, a window, the usual folder', () => {
  expect(readArguments([], {})).toEqual({ source: null, port: 0, address: '127.0.0.1', open: true, dataFolder: null, secrets: {} })
})

test('everything at once, in any order', () => {
  expect(readArguments(['--no-open', 'shop/db.sqlite3', '--port', '8123', '--host=::1', '--data-folder', '/d', '--password-env', 'PW', '--sentinel-password-env=SPW'], { PW: 'one', SPW: 'two' }))
    .toEqual({ source: resolve('shop/db.sqlite3'), port: 8123, address: '::1', open: false, dataFolder: '/d', secrets: { password: 'one', sentinelPassword: 'two' } })
})

test('a URL stays as it is; the folder may come from the environment', () => {
  expect(readArguments(['sqlite:///srv/db.sqlite3'], { COATCHECK_DATA_FOLDER: '/e' })).toMatchObject({ source: 'sqlite:///srv/db.sqlite3', dataFolder: '/e' })
  expect(readArguments(['--data-folder', '/d'], { COATCHECK_DATA_FOLDER: '/e' })).toMatchObject({ dataFolder: '/d' })
})

describe('refused', () => {
  const refusals = [['--port', '65536'], ['--port', '-1'], ['--port=8e3'], ['--port', 'x'], ['--port'], ['--unknown'], ['a', 'b'], ['--no-open=1']]
  test.each(refusals)('%s %s', (...args) => {
    expect(() => readArguments(args.filter((arg) => arg !== undefined), {})).toThrow(CoatcheckError)
  })

  test.each(['0.0.0.0', '::', 'localhost', '192.168.1.2', '127.0.0.2', ''])('any address but loopback: %s', (address) => {
    expect(() => readArguments(['--host', address], {})).toThrow(/on this machine only/)
  })
})
