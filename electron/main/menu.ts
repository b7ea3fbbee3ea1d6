import type { MenuItemConstructorOptions } from 'electron'
import type { LinkId } from '../../shared/links.ts'
import type { MenuAction } from '../../shared/rpc/bridge.ts'
import { menu as words } from '../../shared/words/en/menu.ts'

export interface MenuOptions {
  readonly platform: NodeJS.Platform
  readonly packaged: boolean
  readonly onAction: (action: MenuAction) => void
  readonly onLink: (id: LinkId) => void
}

/** The system's own items by role; the app's items only say what they are, the page carries them out. */
export function menuTemplate({ platform, packaged, onAction, onLink }: MenuOptions): MenuItemConstructorOptions[] {
  const item = (label: string, action: MenuAction, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => onAction(action),
    // The page listens for the keys itself, so that they are the same in every face; the menu shows them.
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  })
  const link = (label: string, id: LinkId): MenuItemConstructorOptions => ({ label, click: () => onLink(id) })
  const mac = platform === 'darwin'

  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: words.file,
      submenu: [
        item(words.openSource, 'open-source', 'CmdOrCtrl+O'),
        item(words.decoder, 'open-decoder'),
        { type: 'separator' },
        { role: mac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: words.view,
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(packaged ? [] : [{ type: 'separator' } as const, { role: 'reload' } as const, { role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      label: words.help,
      submenu: [
        link(words.linkSessions, 'sessions'),
        link(words.linkSettings, 'settings'),
        link(words.linkSigning, 'signing'),
        link(words.linkClearsessions, 'clearsessions'),
      ],
    },
  ]
}
