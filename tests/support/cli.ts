import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runCli } from '../../electron/cli/cli.ts'

const ENTRY = pathToFileURL(join(import.meta.dirname, '../../electron/cli/index.ts')).href

export interface CliRun {
  readonly exit: number
  readonly out: string
  readonly err: string
  /** Standard output as JSON. */
  json(): unknown
  /** Standard output as JSON Lines. */
  lines(): unknown[]
}

export interface CliWorld {
  readonly dataFolder: string
  run(args: readonly string[], options?: { readonly input?: string; readonly env?: Record<string, string> }): Promise<CliRun>
}

/** A command line with a data folder of its own, in this process. */
export async function createCliWorld(): Promise<CliWorld> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-cli-'))
  return {
    dataFolder,
    async run(args, options = {}) {
      let out = ''
      let err = ''
      const exit = await runCli(args, {
        entry: ENTRY,
        terminal: {
          env: { COATCHECK_DATA_FOLDER: dataFolder, ...options.env },
          out: (text) => { out += text },
          err: (text) => { err += text },
          readInput: async () => options.input ?? '',
          signal: new AbortController().signal,
        },
        serve: async () => 0,
      })
      return { exit, out, err, json: () => JSON.parse(out), lines: () => out.trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown) }
    },
  }
}
