import type { Page } from '@playwright/test'
import { CoatcheckError, serializeError } from '../../../shared/errors.ts'
import type { CallName, StreamEvent, StreamName } from '../../../shared/rpc/contract.ts'
import type { ClientMessage, ServerMessage } from '../../../shared/rpc/wire.ts'

/** The line between a window and its host, with a hand on it: what takes time stands still while it is looked at. */
export interface HeldLine {
  /** From now on answers of a call, or what a stream sends after so many events, stay here. @returns lets them go on their way */
  hold(name: CallName | StreamName, afterEvents?: number): () => void
  /** From now on a call fails so. @returns no more */
  fail(name: CallName, error: CoatcheckError): () => void
  /** As the host sends it to a stream that is open. */
  send<N extends StreamName>(name: N, event: StreamEvent<N>): void
  /** Of the source that was asked about last. */
  sourceId(): string
}

/** Takes hold of the line of a window that has nothing open: it loads again for that. */
export async function holdLine(page: Page): Promise<HeldLine> {
  const names = new Map<number, string>()
  const sent = new Map<number, number>()
  const held = new Map<string, { readonly after: number; readonly kept: ServerMessage[] }>()
  const failing = new Map<string, CoatcheckError>()
  let asked = ''
  let post: (message: ServerMessage) => void = () => undefined

  function forward(message: ServerMessage): void {
    const name = names.get(message.id) ?? ''
    const [hold, error, count] = [held.get(name), failing.get(name), sent.get(message.id) ?? 0]
    sent.set(message.id, count + 1)
    if (error !== undefined) post({ kind: 'reply', id: message.id, reply: { ok: false, error: serializeError(error) } })
    else if (hold !== undefined && count >= hold.after) hold.kept.push(message)
    else post(message)
  }

  await page.routeWebSocket(/.*/, (socket) => {
    const host = socket.connectToServer()
    post = (message) => socket.send(JSON.stringify(message))
    socket.onMessage((text) => {
      const message = JSON.parse(String(text)) as ClientMessage
      if (message.kind === 'call' || message.kind === 'open') {
        names.set(message.id, message.name)
        asked = (message.input as { readonly sourceId?: string } | null)?.sourceId ?? asked
      }
      host.send(text)
    })
    host.onMessage((text) => forward(JSON.parse(String(text)) as ServerMessage))
  })
  await page.reload()
  return {
    hold(name, after = 0) {
      const kept: ServerMessage[] = []
      held.set(name, { after, kept })
      return () => {
        held.delete(name)
        for (const message of kept.splice(0)) post(message)
      }
    },
    fail(name, error) {
      failing.set(name, error)
      return () => { failing.delete(name) }
    },
    send(name, event) {
      for (const [id, each] of names) if (each === name) post({ kind: 'event', id, event })
    },
    sourceId: () => asked,
  }
}
