import type { Source } from '../../../shared/model/source.ts'

/** Why no session can be made in this store; null: one can. */
export function createBlock({ readOnlyReason, capabilities }: Source, say: (id: string) => string): string | null {
  return capabilities.expiry === 'signature' ? say('mint.inBrowsers') : readOnlyReason
}

/** Why nothing can be deleted from this store; null: it can. */
export function deleteBlock({ readOnlyReason, capabilities }: Source, say: (id: string) => string): string | null {
  return readOnlyReason ?? (capabilities.delete ? null : say(capabilities.expiry === 'signature' ? 'workbench.nothingToDelete' : 'workbench.cannotDelete'))
}
