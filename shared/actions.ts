/**
 * What a user can do, by name. Menus, palette, shortcut sheet and keys all know an action by its id; its title is
 * `actions.title.<id>` of the catalogue. Keys: `mod` is Ctrl, on a Mac Command; null: none.
 */
export const ACTIONS = {
  'palette': { keys: 'mod+k', menu: 'view' },
  'shortcuts': { keys: '?', menu: 'help' },
  'open-source': { keys: 'mod+o', menu: 'file' },
  'new-connection': { keys: 'mod+e', menu: 'file' },
  'open-demo': { keys: 'mod+d', menu: 'file' },
  'open-decoder': { keys: 'mod+j', menu: 'file' },
  'new-session': { keys: 'n', menu: 'file' },
  'open-trash': { keys: 't', menu: 'file' },
  'filter': { keys: '/', menu: 'view' },
  'read-again': { keys: 'r', menu: 'view' },
  'jump-to': { keys: 'g', menu: null },
  'undo-change': { keys: null, menu: null },
  'add-cookies': { keys: null, menu: null },
  'report-json': { keys: null, menu: null },
  'report-rotation': { keys: null, menu: null },
  'set-keys': { keys: null, menu: null },
  'set-clock': { keys: null, menu: null },
  'show-clean-up': { keys: null, menu: null },
  'show-summary': { keys: null, menu: null },
  'show-doctor': { keys: null, menu: null },
  'show-settings': { keys: null, menu: null },
  'trust-project': { keys: null, menu: null },
  'close-source': { keys: null, menu: null },
  'copy-keys': { keys: null, menu: null },
  'copy-link': { keys: null, menu: null },
  'compare-sessions': { keys: null, menu: null },
  'delete-sessions': { keys: null, menu: null },
  'copy-value': { keys: null, menu: null },
  'copy-path': { keys: null, menu: null },
  'copy-json': { keys: null, menu: null },
  'edit-value': { keys: null, menu: null },
  'reveal-value': { keys: null, menu: null },
  'show-data': { keys: '1', menu: null },
  'show-anatomy': { keys: '2', menu: null },
  'show-expiry': { keys: '3', menu: null },
  'show-owner': { keys: '4', menu: null },
  'show-cookie': { keys: '5', menu: null },
  'show-history': { keys: '6', menu: null },
  'mask-keys': { keys: null, menu: 'view' },
  'screen-share': { keys: null, menu: 'view' },
  'theme-system': { keys: null, menu: null },
  'theme-light': { keys: null, menu: null },
  'theme-dark': { keys: null, menu: null },
  'language-system': { keys: null, menu: null },
  'language-en': { keys: null, menu: null },
  'language-de': { keys: null, menu: null },
  'rows-default': { keys: null, menu: null },
  'rows-compact': { keys: null, menu: null },
} as const satisfies Readonly<Record<string, { readonly keys: string | null; readonly menu: 'file' | 'view' | 'help' | null }>>

export type ActionId = keyof typeof ACTIONS

export const ACTION_IDS = Object.keys(ACTIONS) as readonly ActionId[]

/** Items of the native menu, in order. */
export const MENU_ACTIONS: readonly ActionId[] = ACTION_IDS.filter((id) => ACTIONS[id].menu !== null)
