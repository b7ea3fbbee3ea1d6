import type { Evictions, StoreDescription } from './session-store.ts'

/** Of several servers: all that they threw out, since the last of them started. One that does not tell leaves it unknown. */
export function addUp(servers: readonly (Evictions | null)[]): Pick<StoreDescription, 'evictions'> {
  const told = servers.filter((one) => one !== null)
  if (told.length === 0 || told.length < servers.length) return {}
  return { evictions: { count: told.reduce((sum, { count }) => sum + count, 0), upSeconds: Math.min(...told.map(({ upSeconds }) => upSeconds)) } }
}
