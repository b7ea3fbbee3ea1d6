import { EyeOff, FolderOpen, Keyboard, Languages, Monitor, Moon, Package, Plug, Rows3, Rows4, ScanLine, ScreenShare, Search, Sun, Trash2 } from '@lucide/vue'
import { useI18n } from 'vue-i18n'
import { useActionState } from '../state/use-action-state.ts'
import { useDialogState } from '../state/use-dialog-state.ts'
import { usePlaceState } from '../state/use-place-state.ts'
import { usePreferencesState } from '../state/use-preferences-state.ts'
import { useActions } from './use-actions.ts'
import { useOpenSource } from './use-open-source.ts'

/** What can be done on every screen. */
export function useAppActions(): void {
  const { t } = useI18n()
  const actions = useActionState()
  const dialog = useDialogState()
  const place = usePlaceState()
  const state = usePreferencesState()
  const opener = useOpenSource()

  useActions(() => {
    const { theme, density, maskKeys, language = 'system', screenShare = false } = state.preferences
    return [
      { id: 'palette', group: 'app', icon: Search, run: () => { actions.opened = 'palette' } },
      { id: 'open-source', group: 'app', icon: FolderOpen, run: () => dialog.askPath() },
      { id: 'new-connection', group: 'app', icon: Plug, run: () => dialog.askConnection() },
      { id: 'open-decoder', group: 'app', icon: ScanLine, run: () => place.go({ kind: 'decoder' }) },
      { id: 'open-trash', group: 'app', icon: Trash2, isOn: place.place.kind === 'trash', run: () => place.go({ kind: 'trash' }) },
      { id: 'open-demo', group: 'app', icon: Package, run: () => void opener.openTarget({ kind: 'demo' }, t('sources.demo')) },
      { id: 'mask-keys', group: 'app', icon: EyeOff, isOn: maskKeys, run: () => state.change({ maskKeys: !maskKeys }) },
      { id: 'screen-share', group: 'app', icon: ScreenShare, isOn: screenShare, run: () => state.change({ screenShare: !screenShare }) },
      { id: 'theme-system', group: 'app', icon: Monitor, isOn: theme === 'system', run: () => state.change({ theme: 'system' }) },
      { id: 'theme-light', group: 'app', icon: Sun, isOn: theme === 'light', run: () => state.change({ theme: 'light' }) },
      { id: 'theme-dark', group: 'app', icon: Moon, isOn: theme === 'dark', run: () => state.change({ theme: 'dark' }) },
      { id: 'language-system', group: 'app', icon: Languages, isOn: language === 'system', run: () => state.change({ language: 'system' }) },
      { id: 'language-en', group: 'app', icon: Languages, isOn: language === 'en', run: () => state.change({ language: 'en' }) },
      { id: 'language-de', group: 'app', icon: Languages, isOn: language === 'de', run: () => state.change({ language: 'de' }) },
      { id: 'rows-default', group: 'app', icon: Rows3, isOn: density === 'default', run: () => state.change({ density: 'default' }) },
      { id: 'rows-compact', group: 'app', icon: Rows4, isOn: density === 'compact', run: () => state.change({ density: 'compact' }) },
      { id: 'shortcuts', group: 'app', icon: Keyboard, run: () => { actions.opened = 'shortcuts' } },
    ]
  })
}
