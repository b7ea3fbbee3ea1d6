/**
 * Where the worker files are: beside a bundled entry (`out/main/host.js`), or in their rooms when the entry runs from its source.
 * @param entryUrl `import.meta.url` of the entry
 */
export function workerEntries(entryUrl: string): { readonly store: URL; readonly decode: URL; readonly settings: URL } {
  if (entryUrl.endsWith('.ts')) {
    return { store: new URL('../core/connections/store-worker.ts', import.meta.url), decode: new URL('../core/workers/decode-worker.ts', import.meta.url), settings: new URL('../core/project/reading/settings-worker.ts', import.meta.url) }
  }
  return { store: new URL('./store-worker.js', entryUrl), decode: new URL('./decode-worker.js', entryUrl), settings: new URL('./settings-worker.js', entryUrl) }
}
