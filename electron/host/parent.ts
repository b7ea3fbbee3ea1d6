const LOOK_MS = 500

/** Calls back when the process that started this one has ended: the system then gives this one another parent. */
export function watchParent(onEnded: () => void): () => void {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    onEnded()
  }, LOOK_MS).unref()
  return () => clearInterval(watch)
}
