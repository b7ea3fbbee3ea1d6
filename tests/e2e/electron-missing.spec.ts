import { test } from '@playwright/test'
import { findElectron } from '../../scripts/electron-binary.mjs'

test('all specs in the Electron window', () => {
  const electron = findElectron()
  test.skip(true, electron.path === null ? electron.reason : 'there is no display')
})
