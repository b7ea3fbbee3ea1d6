import type { SessionRow } from '../../../shared/model/session.ts'

/** A text of the catalogue and what goes into it. */
export interface OwnerWords {
  readonly id: string
  readonly params: Readonly<Record<string, string>>
}

/** Whose session it is, as short as a table needs. A username is shown as it is; `veiled`: only that there is somebody. */
export function ownerWords({ userId, owner, topLevelKeys }: Pick<SessionRow, 'userId' | 'owner' | 'topLevelKeys'>, veiled = false): OwnerWords {
  if (userId === null) return { id: topLevelKeys === null ? 'workbench.owner.unknown' : 'workbench.owner.anonymous', params: {} }
  if (veiled) return { id: 'workbench.owner.named', params: { name: VEILED } }
  if (owner?.state === 'gone') return { id: 'workbench.owner.gone', params: { id: userId } }
  const name = owner?.username ?? null
  return name === null ? { id: 'workbench.owner.user', params: { id: userId } } : { id: 'workbench.owner.named', params: { name } }
}

const VEILED = '••••••'

/** Badges of a user: ids of `workbench.owner.role`. */
export function ownerRoles({ owner }: Pick<SessionRow, 'owner'>): readonly ('inactive' | 'superuser' | 'staff')[] {
  if (owner === null || owner.state === 'gone') return []
  return [...(owner.isActive === false ? ['inactive' as const] : []), ...(owner.isSuperuser === true ? ['superuser' as const] : owner.isStaff === true ? ['staff' as const] : [])]
}
