import type { Source } from '../../../shared/model/source.ts'
import type { Translate } from './reason-text.ts'
import { reasonText } from './reason-text.ts'

/** Whether it is the jar of a project, to which people bring cookies. */
export function holdsCookies({ engine, project }: Pick<Source, 'engine' | 'project'>): boolean {
  return engine === 'signed_cookies' && project !== null
}

/** Why nothing is written to this store; null: it can be. */
export function readOnlyText({ readOnlyReason }: Pick<Source, 'readOnlyReason'>, say: Translate): string | null {
  return readOnlyReason === null ? null : reasonText(readOnlyReason, say)
}

/** Why no session can be made in this store; null: one can. */
export function createBlock(source: Source, say: Translate): string | null {
  return source.capabilities.expiry === 'signature' && !holdsCookies(source) ? say('mint.inBrowsers', {}) : readOnlyText(source, say)
}

/** Why nothing can be deleted from this store; null: it can. */
export function deleteBlock(source: Source, say: Translate): string | null {
  const { capabilities } = source
  return readOnlyText(source, say) ?? (capabilities.delete ? null : say(capabilities.expiry === 'signature' ? 'workbench.nothingToDelete' : 'workbench.cannotDelete', {}))
}
