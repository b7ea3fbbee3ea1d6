import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'
import type { CoatcheckOptions } from './tests/e2e/fixtures.ts'
import { findElectron, hasDisplay } from './scripts/electron-binary.mjs'

const CHROMIUM = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => path !== undefined && existsSync(path))
/** As Debian's Chromium runs in a container: root needs --no-sandbox, and nothing is asked of the network. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const hasElectron = findElectron().path !== null && hasDisplay()

/** The same specs in both faces; without an Electron binary its project is one skipped test that says why. */
export default defineConfig<CoatcheckOptions>({
  testDir: 'tests/e2e',
  outputDir: 'test-results/playwright',
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: 'list',
  use: { viewport: { width: 1280, height: 800 }, actionTimeout: 10_000, trace: 'off', colorScheme: 'light' },
  projects: [
    {
      name: 'browser-host',
      // What axe.spec.ts looks at, screens.spec.ts does too, and what Electron cannot do: other sizes.
      testIgnore: ['electron-missing.spec.ts', 'axe.spec.ts'],
      use: {
        face: 'browser',
        browserName: 'chromium',
        launchOptions: { args: FLAGS, ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }) },
      },
    },
    {
      name: 'electron',
      ...(hasElectron ? { testIgnore: 'electron-missing.spec.ts' } : { testMatch: 'electron-missing.spec.ts' }),
      use: { face: 'electron' },
    },
  ],
})
