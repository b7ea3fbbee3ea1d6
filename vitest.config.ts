import { availableParallelism } from 'node:os'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const node = (name: string, include: string[], timeoutMs = 20_000) => ({
  test: { name, environment: 'node' as const, include, testTimeout: timeoutMs, hookTimeout: 60_000 },
})
/** Many small files of what has no state of its own: to load the same modules and a page for each would take longer than their tests. */
const SHARED = { isolate: false, setupFiles: ['tests/support/leave-no-trace.ts'] }
const PAGE = { ...SHARED, setupFiles: [...SHARED.setupFiles, 'tests/component/leave-no-page.ts'] }
const unit = node('unit', ['{electron,shared}/**/*.test.ts', 'tests/unit/**/*.test.ts', 'renderer/src/format/**/*.test.ts'])

export default defineConfig({
  test: {
    // Most of them wait for servers and for Python: one more than a small machine has cores.
    maxWorkers: Math.max(3, availableParallelism()),
    projects: [
      { test: { ...unit.test, ...SHARED } },
      node('cleanup', ['tests/cleanup/**/*.test.ts'], 120_000),
      node('conformance', ['tests/conformance/**/*.test.ts']),
      node('differential', ['tests/differential/**/*.test.ts'], 120_000),
      node('cli', ['tests/cli/**/*.test.ts'], 60_000),
      node('host', ['tests/host/**/*.test.ts'], 60_000),
      node('package', ['tests/package/**/*.test.ts'], 120_000),
      { plugins: [vue()], test: { ...PAGE, name: 'component', environment: 'happy-dom', include: ['renderer/src/components/**/*.test.ts', 'renderer/src/composables/**/*.test.ts', 'tests/component/**/*.test.ts'] } },
    ],
  },
})
