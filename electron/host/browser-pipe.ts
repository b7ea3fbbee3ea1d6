import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'

/** The little of the DevTools protocol that it takes to point a window at an address: JSON messages that end in NUL. */
export interface BrowserPipe {
  call(method: string, params: Readonly<Record<string, unknown>>, sessionId?: string): Promise<unknown>
  /** Session of the first page that is there, or appears. */
  firstPage(): Promise<string>
}

const message = z.object({ id: z.int().optional(), result: z.unknown().optional(), error: z.object({ message: z.string() }).optional() })
const targets = z.object({ targetInfos: z.array(z.object({ targetId: z.string(), type: z.string() })) })
const attached = z.object({ sessionId: z.string() })

const LOOK_AGAIN_MS = 50

/** What cannot be read answers nothing; whoever waits for it gives up by itself. */
function read(text: string): z.infer<typeof message> {
  try {
    return message.parse(JSON.parse(text))
  } catch {
    return {}
  }
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

export function connectPipe(input: Writable, output: Readable): BrowserPipe {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let rest = ''

  output.setEncoding('utf8')
  output.on('data', (text: string) => {
    const parts = (rest + text).split('\0')
    rest = parts.pop() ?? ''
    for (const part of parts) receive(part)
  })
  // A browser that has ended is noticed by its exit; a write to it must not end the host.
  input.on('error', () => undefined)
  output.on('error', () => undefined)

  function receive(text: string): void {
    const { id = 0, result, error } = read(text)
    const call = waiting.get(id)
    if (call === undefined) return
    waiting.delete(id)
    if (error === undefined) call.resolve(result)
    else call.reject(new Error(error.message))
  }

  function call(method: string, params: Readonly<Record<string, unknown>>, sessionId?: string): Promise<unknown> {
    lastId += 1
    const id = lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
  }

  return {
    call,
    async firstPage() {
      for (;;) {
        const { targetInfos } = targets.parse(await call('Target.getTargets', {}))
        const page = targetInfos.find(({ type }) => type === 'page')
        if (page !== undefined) return attached.parse(await call('Target.attachToTarget', { targetId: page.targetId, flatten: true })).sessionId
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
      }
    },
  }
}
