import type * as electron from 'electron'

/** All of Electron that the main process uses. It is handed in, so that tests can hand in another. */
export type ElectronApi = Pick<
  typeof electron,
  'app' | 'BrowserWindow' | 'Menu' | 'dialog' | 'ipcMain' | 'nativeTheme' | 'protocol' | 'safeStorage' | 'screen' | 'session' | 'shell'
>
