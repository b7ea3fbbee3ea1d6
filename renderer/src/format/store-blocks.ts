import type { Source } from '../../../shared/model/source.ts'

/** Whether it is the jar of a project, to which people bring cookies. */
export function holdsCookies({ engine, project }: Pick<Source, 'engine' | 'project'>): boolean {
  return engine === 'signed_cookies' && project !== null
}

/** Why no session can be made in this store; null: one can. */
export function createBlock(source: Source, say: (id: string) => string): string | null {
  return source.capabilities.expiry === 'signature' && !holdsCookies(source) ? say('mint.inBrowsers') : source.readOnlyReason
}

/** Why nothing can be deleted from this store; null: it can. */
export function deleteBlock({ readOnlyReason, capabilities }: Source, say: (id: string) => string): string | null {
  return readOnlyReason ?? (capabilities.delete ? null : say(capabilities.expiry === 'signature' ? 'workbench.nothingToDelete' : 'workbench.cannotDelete'))
}
