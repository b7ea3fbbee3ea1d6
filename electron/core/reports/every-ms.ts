/** Whether so many milliseconds have gone by since it last said so. */
export function everyMs(ms: number): () => boolean {
  let last = performance.now()
  return () => {
    const isDue = performance.now() - last >= ms
    if (isDue) last = performance.now()
    return isDue
  }
}
