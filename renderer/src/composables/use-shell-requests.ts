import type { ActionId } from '../../../shared/actions.ts'
import type { ShellRequest } from '../../../shared/rpc/bridge.ts'
import '../rpc/bridge-port.ts'

/** What the native menu, a link or a file asks of this page. Only in the Electron window. */
export function useShellRequests(onAction: (action: ActionId) => void, onOpen: (request: Extract<ShellRequest, { kind: 'open' }>) => void, onRefused: () => void): void {
  window.coatcheck?.onRequest((request) => {
    if (request.kind === 'open') onOpen(request)
    else if (request.kind === 'refused') onRefused()
    else onAction(request.action)
  })
}

/** Where a dropped file is. null: a browser does not tell. */
export function pathOfDropped(file: File): string | null {
  const path = window.coatcheck?.pathOf(file) ?? ''
  return path === '' ? null : path
}
