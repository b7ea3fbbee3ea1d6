import { copyFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AppOptions } from '../../electron/app/compose.ts'
import { createApp } from '../../electron/app/compose.ts'
import { workerEntries } from '../../electron/app/worker-entries.ts'
import { createPortPair } from '../../electron/rpc/port-pair.ts'
import type { Client } from '../../shared/rpc/client.ts'
import { createClient } from '../../shared/rpc/client.ts'
import { serve } from '../../shared/rpc/serve.ts'
import type { ServerMessage } from '../../shared/rpc/wire.ts'

const ROOT = join(import.meta.dirname, '../..')

export interface TestApp extends AsyncDisposable {
  readonly client: Client
  readonly dataFolder: string
  /** Everything that the core has sent to its face. */
  readonly sent: readonly ServerMessage[]
  /** Everything that was reported as a mistake of ours. */
  readonly reported: readonly unknown[]
}

/** The whole core, as every face has it, with a data folder of its own. */
export async function startApp(options: Partial<AppOptions> = {}): Promise<TestApp> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-app-'))
  const sent: ServerMessage[] = []
  const reported: unknown[] = []
  const app = await createApp({
    face: 'browser', version: '0.0.0', dataFolder, resourcesFolder: join(ROOT, 'resources'),
    workers: workerEntries(pathToFileURL(join(ROOT, 'electron/cli/index.ts')).href),
    decodeThreads: 0, journal: { kind: 'memory' }, openAtStart: null,
    reportInternal: (error) => reported.push(error),
    ...options,
  })
  const { client, server } = createPortPair()
  serve({ ...server, post: (message) => { sent.push(structuredClone(message)); server.post(message) } }, app.dispatcher)
  return { client: createClient(client), dataFolder, sent, reported, [Symbol.asyncDispose]: () => app.dispose() }
}

/** A copy of the demo's database that a test may change. */
export async function copyDemoDatabase(folder: string): Promise<string> {
  const file = join(folder, 'db.sqlite3')
  await copyFile(join(ROOT, 'resources/demo/db.sqlite3'), file)
  return file
}
