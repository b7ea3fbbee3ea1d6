import { watchParent } from './parent.ts'

/** `signal`: somebody stopped it. `parent`: the program that started it has ended. */
export type EndReason = 'signal' | 'parent' | 'idle'

/** Whatever was started is ended, last first, once, for whichever reason. */
export interface Ending {
  /** Registers how to end something. When the end has come already, it is ended at once. */
  add(stop: () => Promise<void>): void
  end(reason: EndReason): void
  /** Resolves when the end was asked for. */
  readonly asked: Promise<EndReason>
  /** Whether the end has begun. */
  readonly over: boolean
  finish(): Promise<void>
}

const MOST_MS = 5_000

/** Listens for what ends a host from outside: signals, and the end of the program that started it. */
export function createEnding(): Ending {
  const { promise: asked, resolve: end } = Promise.withResolvers<EndReason>()
  const stops: (() => Promise<void>)[] = []
  let over = false

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end('signal'))
  process.on('disconnect', () => end('parent'))
  // A parent that gave no channel.
  const stopWatching = watchParent(() => end('parent'))

  return {
    asked,
    end,
    get over() {
      return over
    },
    add(stop) {
      if (over) void stop()
      else stops.push(stop)
    },
    async finish() {
      over = true
      stopWatching()
      // A part that does not end must not keep the whole from ending.
      setTimeout(() => process.exit(), MOST_MS).unref()
      for (const stop of stops.reverse()) await stop()
      if (process.connected) process.disconnect?.()
    },
  }
}
