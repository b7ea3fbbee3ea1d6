import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { IDLE_LIMIT_MS, watchIdle } from './idle.ts'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

test('ends after half an hour without use, counted from the last use', () => {
  expect(IDLE_LIMIT_MS).toBe(30 * 60 * 1000)
  const onIdle = vi.fn()
  const idle = watchIdle(IDLE_LIMIT_MS, onIdle)
  vi.advanceTimersByTime(IDLE_LIMIT_MS - 1)
  idle.touch()
  vi.advanceTimersByTime(IDLE_LIMIT_MS - 1)
  expect(onIdle).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(onIdle).toHaveBeenCalledOnce()
})

test('an open socket is use; the last one that closes starts the clock', () => {
  const onIdle = vi.fn()
  const idle = watchIdle(IDLE_LIMIT_MS, onIdle)
  const [first, second] = [idle.hold(), idle.hold()]
  first()
  first()
  idle.touch()
  vi.advanceTimersByTime(10 * IDLE_LIMIT_MS)
  expect(onIdle).not.toHaveBeenCalled()
  second()
  vi.advanceTimersByTime(IDLE_LIMIT_MS)
  expect(onIdle).toHaveBeenCalledOnce()
})

test('is quiet once stopped', () => {
  const onIdle = vi.fn()
  watchIdle(1, onIdle).stop()
  vi.advanceTimersByTime(10)
  expect(onIdle).not.toHaveBeenCalled()
})
