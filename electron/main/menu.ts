import type { MenuItemConstructorOptions } from 'electron'
import type { ActionId } from '../../shared/actions.ts'
import { ACTIONS, MENU_ACTIONS } from '../../shared/actions.ts'
import type { LinkId } from '../../shared/links.ts'
import type { Language } from '../../shared/model/language.ts'
import { WORDS } from './words.ts'

export interface MenuOptions {
  readonly language: Language
  readonly platform: NodeJS.Platform
  readonly packaged: boolean
  readonly onAction: (action: ActionId) => void
  readonly onLink: (id: LinkId) => void
}

/** Electron's own items by role, under our words; the app's items only say what they are, the page carries them out. */
export function menuTemplate({ language, platform, packaged, onAction, onLink }: MenuOptions): MenuItemConstructorOptions[] {
  const { titles, menu: words } = WORDS[language]
  const role = (name: keyof typeof words.role): MenuItemConstructorOptions => ({ role: name, label: words.role[name] })
  const items = (menu: 'file' | 'view' | 'help'): MenuItemConstructorOptions[] => MENU_ACTIONS.filter((id) => ACTIONS[id].menu === menu).map((id) => {
    const { keys } = ACTIONS[id]
    // The page listens for the keys itself, so that they are the same in every face; the menu shows them.
    return { label: titles[id], click: () => onAction(id), ...(keys === null ? {} : { accelerator: keys.replace('mod', 'CmdOrCtrl'), registerAccelerator: false }) }
  })
  const link = (label: string, id: LinkId): MenuItemConstructorOptions => ({ label, click: () => onLink(id) })
  const mac = platform === 'darwin'

  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: words.file,
      submenu: [
        ...items('file'),
        { type: 'separator' },
        role(mac ? 'close' : 'quit'),
      ],
    },
    { label: words.edit, submenu: [role('undo'), role('redo'), { type: 'separator' }, role('cut'), role('copy'), role('paste'), role('selectAll')] },
    {
      label: words.view,
      submenu: [
        ...items('view'),
        { type: 'separator' },
        role('resetZoom'),
        role('zoomIn'),
        role('zoomOut'),
        role('togglefullscreen'),
        ...(packaged ? [] : [{ type: 'separator' } as const, { role: 'reload' } as const, { role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'window', label: words.window, submenu: [role('minimize'), role('close')] },
    {
      role: 'help',
      label: words.help,
      submenu: [
        ...items('help'),
        { type: 'separator' },
        link(words.linkSessions, 'sessions'),
        link(words.linkSettings, 'settings'),
        link(words.linkSigning, 'signing'),
        link(words.linkClearsessions, 'clearsessions'),
      ],
    },
  ]
}
