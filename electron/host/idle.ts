export const IDLE_LIMIT_MS = 30 * 60_000

/** Ends a host that nobody uses. An open socket is use; so is every authenticated request. */
export interface IdleWatch {
  touch(): void
  /** Keeps the host alive until the returned function is called. */
  hold(): () => void
  stop(): void
}

export function watchIdle(limitMs: number, onIdle: () => void): IdleWatch {
  let held = 0
  let timer: NodeJS.Timeout | null = null

  function stop(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  function touch(): void {
    stop()
    if (held === 0) timer = setTimeout(onIdle, limitMs).unref()
  }

  touch()
  return {
    touch,
    hold() {
      held += 1
      stop()
      let released = false
      return () => {
        if (released) return
        released = true
        held -= 1
        touch()
      }
    },
    stop,
  }
}
