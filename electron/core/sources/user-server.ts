import { spellPlace } from '../stores/database/server-place.ts'
import type { ResolvedTarget } from './source-types.ts'

/**
 * The server that has the user table, for people, where opening the store alone would not reach it: nobody has agreed to ask it yet.
 * null: the users are in a file, on a server that the store itself is on, or nowhere.
 */
export function usersElsewhere({ users, profile }: Pick<ResolvedTarget, 'users' | 'profile'>): string | null {
  if (users === null || users.kind === 'sqlite') return null
  const { kind, place } = users
  const layers = profile.kind === 'pair' ? [profile.row, profile.cache] : [profile]
  const isThere = layers.some((layer) => layer.kind === kind && layer.host === place.host && layer.port === place.port)
  return isThere ? null : spellPlace(place)
}
