import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const READY = /Coatcheck is ready at (\S+)/
const NEW_LINK = /New link: (\S+)/
const START_MS = 30_000

export interface RunningHost {
  /** Works once. */
  readonly link: string
  newLink(): Promise<string>
  /** Ends it as Ctrl-C does, and resolves to its exit code. */
  stop(): Promise<number | null>
  /** All that it printed so far. */
  readonly output: () => string
}

export interface HostOptions {
  readonly dataFolder: string
  readonly source?: string | undefined
}

/** Starts the built browser host on a free port, with a data folder of its own and no window. */
export async function startHost({ dataFolder, source }: HostOptions): Promise<RunningHost> {
  const args = [join(ROOT, 'out/main/host.js'), '--no-open', '--port', '0', ...(source === undefined ? [] : [source])]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, COATCHECK_DATA_FOLDER: dataFolder } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString() })
  const exited = once(child, 'exit')

  async function printed(pattern: RegExp, after = 0): Promise<string> {
    const found = () => pattern.exec(output.slice(after))?.[1]
    const stopped = new AbortController()
    const ended = exited.then(() => { if (!stopped.signal.aborted) throw new Error(`The host ended early:\n${output}`) })
    try {
      const deadline = AbortSignal.any([stopped.signal, AbortSignal.timeout(START_MS)])
      for (let text = found(); ; text = found()) {
        if (text !== undefined) return text
        await Promise.race([once(child.stdout, 'data', { signal: deadline }), ended])
      }
    } finally {
      stopped.abort()
    }
  }

  return {
    link: await printed(READY),
    newLink() {
      const before = output.length
      child.stdin.write('\n')
      return printed(NEW_LINK, before)
    },
    async stop() {
      child.kill('SIGTERM')
      const [code] = await exited as [number | null]
      return code
    },
    output: () => output,
  }
}
