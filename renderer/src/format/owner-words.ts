import type { SessionRow } from '../../../shared/model/session.ts'

/** A text of the catalogue and what goes into it. */
export interface OwnerWords {
  readonly id: string
  readonly params: Readonly<Record<string, string>>
}

type Owned = Pick<SessionRow, 'userId' | 'owner' | 'topLevelKeys' | 'signature'>

/** Anybody may have written whose it is: no key of the site signed it. Without a known key nothing is told of that. */
export function isOwnerClaimed({ userId, signature }: Pick<SessionRow, 'userId' | 'signature'>): boolean {
  return userId !== null && signature.state === 'bad'
}

/** Whose session it is, as short as a table needs. A username is shown as it is; `veiled`: only that there is somebody. One that is only claimed is `ana?`. */
export function ownerWords(row: Owned, veiled = false): OwnerWords {
  const { id, params } = plainWords(row, veiled)
  return { id: isOwnerClaimed(row) ? id.replace('workbench.owner.', 'workbench.owner.doubted.') : id, params }
}

/** As `ownerWords`, where there is room: one that is only claimed is `claims to be ana`. */
export function ownerSentence(row: Owned, veiled = false): OwnerWords {
  const { id, params } = plainWords(row, veiled)
  return { id: isOwnerClaimed(row) ? id.replace('workbench.owner.', 'workbench.owner.claims.') : id, params }
}

function plainWords({ userId, owner, topLevelKeys }: Owned, veiled: boolean): OwnerWords {
  if (userId === null) return { id: topLevelKeys === null ? 'workbench.owner.unknown' : 'workbench.owner.anonymous', params: {} }
  if (veiled) return { id: 'workbench.owner.named', params: { name: VEILED } }
  if (owner?.state === 'gone') return { id: 'workbench.owner.gone', params: { id: userId } }
  const name = owner?.username ?? null
  return name === null ? { id: 'workbench.owner.user', params: { id: userId } } : { id: 'workbench.owner.named', params: { name } }
}

const VEILED = '••••••'

/** Badges of a user: ids of `workbench.owner.role`. */
export function ownerRoles({ owner }: Pick<SessionRow, 'owner'>): readonly ('inactive' | 'superuser' | 'staff')[] {
  if (owner === null || owner.state !== 'known') return []
  return [...(owner.isActive === false ? ['inactive' as const] : []), ...(owner.isSuperuser === true ? ['superuser' as const] : owner.isStaff === true ? ['staff' as const] : [])]
}
