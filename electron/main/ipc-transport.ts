import type { IpcMainEvent, WebContents } from 'electron'
import { CoatcheckError, serializeError } from '../../shared/errors.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import { CHANNELS } from '../../shared/rpc/bridge.ts'
import type { Dispatcher } from '../../shared/rpc/serve.ts'
import { serve } from '../../shared/rpc/serve.ts'
import { decodeClientMessage, encodeServerMessage } from '../../shared/rpc/text.ts'
import type { ClientMessage, ServerPort } from '../../shared/rpc/wire.ts'
import type { Why } from '../../shared/words/reason.ts'
import type { ElectronApi } from './electron-api.ts'
import type { OwnPage } from './sender.ts'
import { isOwnPage } from './sender.ts'

/** One page's line, from its first message until it is left, reloaded, crashed or closed. */
interface Line {
  receive(message: ClientMessage): void
}

/** Serves our own page over one channel. What is refused has no effect and is answered with a typed error. */
export function serveIpc({ ipcMain }: Pick<ElectronApi, 'ipcMain'>, page: OwnPage, dispatcher: Dispatcher): void {
  const lines = new WeakMap<WebContents, Line>()

  ipcMain.on(CHANNELS.client, (event, value: unknown) => {
    if (!isOwnPage(event, page)) {
      refuse(event, 'ACCESS_DENIED', 'app.noAccess')
      return
    }
    const message = typeof value === 'string' ? decodeClientMessage(value) : null
    if (message === null) {
      refuse(event, 'REQUEST_INVALID', 'app.messageInvalid')
      return
    }
    lineOf(event.sender).receive(message)
  })

  function lineOf(contents: WebContents): Line {
    const existing = lines.get(contents)
    if (existing !== undefined) return existing
    const line = openLine(contents, dispatcher, () => lines.delete(contents))
    lines.set(contents, line)
    return line
  }
}

function openLine(contents: WebContents, dispatcher: Dispatcher, onClose: () => void): Line {
  let receive: (message: ClientMessage) => void = () => undefined
  const { promise: ended, resolve } = Promise.withResolvers<null>()
  const onNavigation = (details: { readonly isMainFrame: boolean; readonly isSameDocument: boolean }): void => {
    if (details.isMainFrame && !details.isSameDocument) end()
  }
  const end = (): void => {
    contents.off('did-start-navigation', onNavigation)
    onClose()
    resolve(null)
  }
  contents.once('destroyed', end)
  contents.once('render-process-gone', end)
  contents.on('did-start-navigation', onNavigation)

  const port: ServerPort = {
    post(message) {
      if (!contents.isDestroyed()) contents.send(CHANNELS.server, encodeServerMessage(message))
    },
    listen(onMessage, onEnd) {
      receive = onMessage
      void ended.then(() => onEnd(null))
    },
    close: end,
  }
  serve(port, dispatcher)
  return { receive: (message) => receive(message) }
}

function refuse(event: IpcMainEvent, code: ErrorCode, why: Why): void {
  event.senderFrame?.send(CHANNELS.server, encodeServerMessage({ kind: 'end', id: 0, error: serializeError(new CoatcheckError(code, why)) }))
}
