import type { Source } from '../../../shared/model/source.ts'

type Say = (id: string) => string

/** Why nothing can be written to this store; null: it can. */
export function writeBlock({ readOnlyReason, capabilities: { write: canWrite } }: Source, say: Say): string | null {
  return readOnlyReason ?? (canWrite ? null : say('workbench.cannotWrite'))
}

/** Why nothing can be deleted from it. */
export function deleteBlock({ readOnlyReason, capabilities }: Source, say: Say): string | null {
  return readOnlyReason ?? (capabilities.delete ? null : say(capabilities.expiry === 'signature' ? 'workbench.nothingToDelete' : 'workbench.cannotDelete'))
}
