import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { LIMITS } from '../../shared/limits.ts'
import type { Bridge, ShellRequest } from '../../shared/rpc/bridge.ts'
import { CHANNELS } from '../../shared/rpc/bridge.ts'
import type { ServerMessage } from '../../shared/rpc/wire.ts'
import { readClientMessage } from '../../shared/rpc/wire.ts'

// The names of the contract, put in by the build: the schemas themselves stay in the main process.
declare const CALL_NAMES: readonly string[]
declare const STREAM_NAMES: readonly string[]

let deliver: (message: ServerMessage) => void = () => undefined

function isKnown(kind: string, name: string): boolean {
  return kind === 'call' ? CALL_NAMES.includes(name) : STREAM_NAMES.includes(name)
}

const bridge: Bridge = {
  post(value) {
    const message = readClientMessage(value)
    if (message === null || ('name' in message && !isKnown(message.kind, message.name))) return
    const text = JSON.stringify(message)
    if (text.length <= LIMITS.messageBytes) ipcRenderer.send(CHANNELS.client, text)
    else deliver({ kind: 'end', id: message.id, error: { code: 'DATA_TOO_LARGE', message: `The request has ${text.length} characters; ${LIMITS.messageBytes} can be sent.`, reason: { id: 'reasons.app.requestTooLong', params: { size: text.length, limit: LIMITS.messageBytes } } } })
  },
  listen(onMessage) {
    deliver = onMessage
    ipcRenderer.removeAllListeners(CHANNELS.server)
    ipcRenderer.on(CHANNELS.server, (_event, text: string) => onMessage(JSON.parse(text) as ServerMessage))
  },
  onRequest(onRequest) {
    ipcRenderer.removeAllListeners(CHANNELS.request)
    ipcRenderer.on(CHANNELS.request, (_event, request: ShellRequest) => onRequest(request))
    ipcRenderer.send(CHANNELS.ready)
  },
  pathOf: (file) => webUtils.getPathForFile(file),
}

contextBridge.exposeInMainWorld('coatcheck', bridge)
