import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from '../electron/app/compose.ts'
import { createApp } from '../electron/app/compose.ts'
import type { CallName, Input, Output, StreamEvent, StreamName } from '../shared/rpc/contract.ts'

const OUT = new URL('../out/main/', import.meta.url)

/** The built core, as every face runs it, without a face. */
export interface BenchApp extends AsyncDisposable {
  call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>>
  stream<N extends StreamName>(name: N, input: Input<N>): AsyncIterable<StreamEvent<N>>
}

export async function openApp(decodeThreads: number): Promise<BenchApp> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-bench-data-'))
  const app: App = await createApp({
    face: 'cli', version: 'bench', dataFolder, resourcesFolder: join(import.meta.dirname, '../resources'),
    workers: { store: new URL('store-worker.js', OUT), decode: new URL('decode-worker.js', OUT), settings: new URL('settings-worker.js', OUT) },
    decodeThreads, journal: { kind: 'memory' }, openAtStart: null,
    reportInternal: (error) => console.error(error),
  })
  const { signal } = new AbortController()
  return {
    async call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
      const reply = await app.dispatcher.call(name, input, signal)
      if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
      return reply.value as Output<N>
    },
    async *stream<N extends StreamName>(name: N, input: Input<N>) {
      const events = app.dispatcher.stream(name, input, signal)
      for (let step = await events.next(); ; step = await events.next()) {
        if (step.done !== true) yield step.value as StreamEvent<N>
        else if (step.value === null) return
        else throw new Error(`${name}: ${step.value.message}`)
      }
    },
    async [Symbol.asyncDispose]() {
      await app.dispose()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
