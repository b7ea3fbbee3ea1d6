import type { AppOptions } from '../app/compose.ts'
import { createApp } from '../app/compose.ts'
import { dataFolder } from '../app/data-folder.ts'
import { placesOf } from '../app/places.ts'
import { workerEntries } from '../app/worker-entries.ts'
import { createPortPair } from '../rpc/port-pair.ts'
import type { Client } from '../../shared/rpc/client.ts'
import { createClient } from '../../shared/rpc/client.ts'
import { serve } from '../../shared/rpc/serve.ts'
import manifest from '../../package.json' with { type: 'json' }

export interface ClientOptions {
  /** `import.meta.url` of the entry. */
  readonly entry: string
  readonly env: NodeJS.ProcessEnv
  readonly decodeThreads: number
  readonly now: number | null
  /** null: undo is not kept; undefined: in the usual folder. */
  readonly journal: string | null | undefined
  /** Where runs are, and new ones go; undefined: in the usual folder. */
  readonly runsFolder: string | undefined
  readonly reportInternal: AppOptions['reportInternal']
}

/** The same router as in the window, over a line inside this process. */
export async function withClient<T>(options: ClientOptions, use: (client: Client) => Promise<T>): Promise<T> {
  const { now } = options
  const app = await createApp({
    face: 'cli',
    version: manifest.version,
    dataFolder: dataFolder(options.env),
    resourcesFolder: placesOf(options.entry).resourcesFolder,
    workers: workerEntries(options.entry),
    decodeThreads: options.decodeThreads,
    journal: options.journal === null ? { kind: 'memory' } : { kind: 'file', ...(options.journal === undefined ? {} : { file: options.journal }) },
    ...(options.runsFolder === undefined ? {} : { runsFolder: options.runsFolder }),
    openAtStart: null,
    reportInternal: options.reportInternal,
    ...(now === null ? {} : { clock: () => now }),
  })
  try {
    const { client, server } = createPortPair()
    serve(server, app.dispatcher)
    return await use(createClient(client))
  } finally {
    await app.dispose()
  }
}
