import type { Bridge } from '../../../shared/rpc/bridge.ts'
import type { ClientPort } from '../../../shared/rpc/wire.ts'

declare global {
  interface Window {
    /** Put there by the preload script of the Electron window; absent in a browser. */
    readonly coatcheck?: Bridge
  }
}

/** The Electron window lives and ends with its program: the line never closes by itself. */
export function bridgePort(bridge: Bridge): ClientPort {
  return { post: bridge.post, listen: (onMessage) => bridge.listen(onMessage), close: () => undefined }
}
