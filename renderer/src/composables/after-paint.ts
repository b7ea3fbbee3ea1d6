/** A window that is hidden draws nothing: there it is soon enough. */
const MOST_MS = 100

/** Settles when what was just changed is on screen. For what is not the first thing that people wait for. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, MOST_MS)
    // The callback runs before its frame is drawn, what it puts off after that.
    requestAnimationFrame(() => setTimeout(() => {
      clearTimeout(timer)
      resolve()
    }))
  })
}
