import { CoatcheckError, cancelled, serializeError } from '../../shared/errors.ts'
import type { SerializedError } from '../../shared/errors.ts'
import type { Reason } from '../../shared/words/reason.ts'
import { reason } from '../../shared/words/reason.ts'
import type { Contract, Handlers } from '../../shared/rpc/contract.ts'
import { contract } from '../../shared/rpc/contract.ts'
import type { Dispatcher } from '../../shared/rpc/serve.ts'

/** Told of every mistake of ours, with its stack; what leaves is the code and one sentence. */
export type ReportInternal = (error: unknown, name: string) => void

type AnyHandler = (input: unknown, signal: AbortSignal) => unknown

/**
 * Parses the input, runs the handler, turns every error into a reply: the only place that does.
 * It knows no transport; Electron IPC, the WebSocket and the command line all call this.
 */
export function createRouter(handlers: Handlers, reportInternal: ReportInternal): Dispatcher {
  function prepare(name: string, kind: 'call' | 'stream', input: unknown): { handler: AnyHandler; parsed: unknown } {
    const entry = Object.hasOwn(contract, name) ? contract[name as keyof Contract] : undefined
    if (entry?.kind !== kind) throw new CoatcheckError('REQUEST_INVALID', 'app.noCall', { subject: name.slice(0, 64) })
    const parsed = entry.input.safeParse(input)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      throw new CoatcheckError('REQUEST_INVALID', invalid(issue?.path.join('.') ?? '', issue?.message ?? 'unknown'), { subject: name })
    }
    return { handler: handlers[name as keyof Contract] as AnyHandler, parsed: parsed.data }
  }

  const toError = (error: unknown, name: string, signal: AbortSignal): SerializedError => {
    if (error instanceof CoatcheckError) return serializeError(error)
    if (signal.aborted) return serializeError(cancelled())
    reportInternal(error, name)
    return serializeError(new CoatcheckError('INTERNAL', 'app.mistake', { hint: 'next.report', subject: name }))
  }

  return {
    async call(name, input, signal) {
      try {
        const { handler, parsed } = prepare(name, 'call', input)
        return { ok: true, value: await handler(parsed, signal) }
      } catch (error) {
        return { ok: false, error: toError(error, name, signal) }
      }
    },
    async *stream(name, input, signal) {
      try {
        const { handler, parsed } = prepare(name, 'stream', input)
        yield* handler(parsed, signal) as AsyncIterable<unknown>
        return null
      } catch (error) {
        return toError(error, name, signal)
      }
    },
  }
}

const invalid = (place: string, problem: string): Reason => (place === '' ? reason('app.invalidTop', { problem }) : reason('app.invalidAt', { place, problem }))
