export function findElectron(env?: NodeJS.ProcessEnv): { path: string; source: string } | { path: null; reason: string }
export function hasDisplay(env?: NodeJS.ProcessEnv): boolean
