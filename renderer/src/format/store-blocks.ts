import type { Source } from '../../../shared/model/source.ts'

/** Why nothing can be deleted from this store; null: it can. */
export function deleteBlock({ readOnlyReason, capabilities }: Source, say: (id: string) => string): string | null {
  return readOnlyReason ?? (capabilities.delete ? null : say(capabilities.expiry === 'signature' ? 'workbench.nothingToDelete' : 'workbench.cannotDelete'))
}
