import type { ActionId } from '../actions.ts'
import type { ClientMessage, ServerMessage } from './wire.ts'

/** `window.coatcheck`: all that the page of the Electron window can reach. */
export interface Bridge {
  /** Messages of an unknown kind or with a name that no contract has are dropped here already. */
  post(message: ClientMessage): void
  listen(onMessage: (message: ServerMessage) => void): void
  /** What menus, links and files ask of the page. One listener; what came before it is kept for it. */
  onRequest(onRequest: (request: ShellRequest) => void): void
  /** Where a file that was dropped on the page is. Empty: nowhere, it was made by a page. */
  pathOf(file: File): string
}

/** The shell only ever opens and shows: it never asks for a change. */
export type ShellRequest =
  | { readonly kind: 'action'; readonly action: ActionId }
  /** `path`: a SQLite file or a folder. `key`: a session to show in it; null: none. */
  | { readonly kind: 'open'; readonly path: string; readonly key: string | null }
  /** A link came that opens nothing here. What it said is not handed on. */
  | { readonly kind: 'refused' }

/** IPC channels. Messages travel as JSON text, so that both hosts read them in the same way. */
export const CHANNELS = { client: 'coatcheck:client', server: 'coatcheck:server', request: 'coatcheck:request', ready: 'coatcheck:ready' } as const
