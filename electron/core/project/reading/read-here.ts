import type { ReadSettings } from './read-static.ts'

/** Reads settings in this thread. The reader of Python comes with the first of them: it is half of what a short command would load. */
export const readHere: ReadSettings = async (options, signal) => (await import('./read-static.ts')).readStatic(options, signal)
