import type { LinkId } from '../../shared/links.ts'
import { LINKS } from '../../shared/links.ts'
import type { ElectronApi } from './electron-api.ts'

/** Opens a page of the fixed list in the system's browser. It takes an id: an address from data cannot get here. */
export function openLink({ shell }: Pick<ElectronApi, 'shell'>, id: LinkId): void {
  // A desktop without a browser is no reason to end.
  shell.openExternal(LINKS[id]).catch(() => undefined)
}
