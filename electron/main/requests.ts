import type { IpcMainEvent, WebContents } from 'electron'
import type { ShellRequest } from '../../shared/rpc/bridge.ts'
import { CHANNELS } from '../../shared/rpc/bridge.ts'
import type { ElectronApi } from './electron-api.ts'
import type { OwnPage } from './sender.ts'
import { isOwnPage } from './sender.ts'

/** What the shell asks of the page. It waits until a page is there to hear it. */
export interface Requests {
  send(request: ShellRequest): void
}

export function createRequests({ ipcMain }: Pick<ElectronApi, 'ipcMain'>, page: OwnPage): Requests {
  let waiting: ShellRequest[] = []
  let listener: WebContents | null = null

  ipcMain.on(CHANNELS.ready, (event: IpcMainEvent) => {
    if (!isOwnPage(event, page)) return
    const contents = event.sender
    listener = contents
    const forget = (): void => { if (listener === contents) listener = null }
    contents.once('destroyed', forget)
    contents.once('render-process-gone', forget)
    for (const request of waiting) contents.send(CHANNELS.request, request)
    waiting = []
  })

  return {
    send(request) {
      if (listener === null) waiting.push(request)
      else listener.send(CHANNELS.request, request)
    },
  }
}
