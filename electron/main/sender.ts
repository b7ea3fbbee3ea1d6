import type { IpcMainEvent } from 'electron'

/** Which page may speak: the main frame of our own window, at our own address. */
export interface OwnPage {
  /** `webContents.id` of the window; null: there is none. */
  readonly contentsId: () => number | null
  readonly origin: string
}

/** Isolation is not the last wall: whatever got into another frame, or led the window elsewhere, is refused here. */
export function isOwnPage(event: IpcMainEvent, page: OwnPage): boolean {
  const frame = event.senderFrame
  return frame !== null && event.sender.id === page.contentsId() && frame === event.sender.mainFrame && frame.origin === page.origin
}
