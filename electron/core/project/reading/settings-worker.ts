import type { MessagePort } from 'node:worker_threads'
import { parentPort, workerData } from 'node:worker_threads'
import { CoatcheckError, serializeError } from '../../../../shared/errors.ts'
import type { SettingsReply } from './read-in-worker.ts'
import type { StaticOptions } from './read-static.ts'
import { readStatic } from './read-static.ts'

/** Entry of a worker that reads the settings of one project and ends. Whoever does not wait any longer ends it. */
async function main(port: MessagePort, options: StaticOptions): Promise<void> {
  let reply: SettingsReply
  try {
    const { secrets, ...reading } = await readStatic(options, new AbortController().signal)
    reply = { ok: true, reading, secrets: secrets.names().map((name) => [name, secrets.get(name) ?? '']) }
  } catch (error) {
    reply = { ok: false, error: serializeError(error instanceof CoatcheckError ? error : new CoatcheckError('INTERNAL', 'project.failed', {}, error)) }
  }
  port.postMessage(reply)
}

if (parentPort !== null) void main(parentPort, workerData as StaticOptions)
