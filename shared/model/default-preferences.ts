import type { Preferences } from './app.ts'

/** Apart from its schema, so that the window, which checks nothing, is built without the schema library. */
export const DEFAULT_PREFERENCES: Preferences = { theme: 'system', density: 'default', sourcesWidth: 212, inspectorWidth: 392, maskKeys: true }
