import type { Session, WebContents } from 'electron'
import { linkId } from '../../shared/links.ts'
import { openLink } from './links.ts'
import type { ElectronApi } from './electron-api.ts'

/** Copying text after a click. Everything else that a page can ask for is refused. */
const GRANTED = 'clipboard-sanitized-write'

export function denyPermissions(session: Session, origin: string): void {
  session.setPermissionRequestHandler((contents, permission, answer) => answer(permission === GRANTED && originOf(contents.getURL()) === origin))
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => permission === GRANTED && originOf(requestingOrigin) === origin)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event, item) => {
    if (!isOwnBlob(item.getURL(), origin)) event.preventDefault()
  })
}

/** A text that the page made itself (an export): the system asks people where to keep it. Nothing comes from elsewhere. */
function isOwnBlob(url: string, origin: string): boolean {
  return url.startsWith(`blob:${origin}/`)
}

/**
 * Keeps every page where it is: no other address, no window, no webview. For all contents there will ever be, also those of DevTools.
 * @param startPage the one address that a page may load again
 */
export function denyNavigation(electron: Pick<ElectronApi, 'app' | 'shell'>, startPage: string): void {
  electron.app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { readonly url: string; preventDefault(): void }): void => {
      if (withoutHash(event.url) !== withoutHash(startPage)) event.preventDefault()
    }
    contents.on('will-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-frame-navigate', stay)
    contents.on('will-attach-webview', (event) => event.preventDefault())
    denyWindows(electron, contents)
  })
}

/** A link to a page of the fixed list opens in the system's browser; nothing opens here. */
function denyWindows(electron: Pick<ElectronApi, 'shell'>, contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    const id = linkId(url)
    if (id !== null) openLink(electron, id)
    return { action: 'deny' }
  })
}

/** `URL.origin` is "null" for schemes that Node does not know. */
export function originOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? '' : `${parsed.protocol}//${parsed.host}`
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0] ?? ''
}
