import { afterAll, vi } from 'vitest'

// Files of a project without isolation share a worker, with its clock and its globals: each leaves them as they were.
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})
