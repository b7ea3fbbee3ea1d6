import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Socket } from 'node:net'

export interface Script {
  readonly source: string
  readonly args: readonly string[]
  readonly folder: string
  readonly input: string
  readonly env: NodeJS.ProcessEnv
}

export interface ScriptEnd {
  /** Below 0: the signal that ended it. */
  readonly code: number
  readonly out: string
  readonly err: string
}

interface Forks {
  run(script: Script): Promise<ScriptEnd>
}

const SERVER = join(import.meta.dirname, 'python_forks.py')
const started = new Map<string, Forks>()

/** Whether a process can be forked here. */
export const canFork = process.platform !== 'win32'

/**
 * Runs a script as `python -c` would, without the time that Python and Django need to start: they are loaded once, and each script
 * runs in a fork of its own. The first process ends with this one.
 */
export function runForked(python: string, script: Script): Promise<ScriptEnd> {
  let forks = started.get(python)
  if (forks === undefined) {
    forks = startForks(python, () => started.delete(python))
    started.set(python, forks)
  }
  return forks.run(script)
}

function startForks(python: string, forget: () => void): Forks {
  const child = spawn(python, [SERVER], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' } }) as ChildProcessByStdio<Socket, Socket, null>
  const waiting = new Map<number, { readonly resolve: (end: ScriptEnd) => void; readonly reject: (error: Error) => void }>()
  const lose = (): void => {
    forget()
    for (const { reject } of waiting.values()) reject(new Error(`${python} ended before its script.`))
    waiting.clear()
  }
  child.on('error', lose)
  child.on('exit', lose)
  child.stdin.on('error', lose)
  // It keeps nobody waiting who waits for no script.
  const hold = (isHeld: boolean): void => {
    for (const handle of [child, child.stdin, child.stdout]) handle[isHeld ? 'ref' : 'unref']()
  }
  createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', (line) => {
    const { id, ...end } = JSON.parse(line) as ScriptEnd & { readonly id: number }
    waiting.get(id)?.resolve(end)
    waiting.delete(id)
    hold(waiting.size > 0)
  })
  let last = 0
  return {
    run: (script) => new Promise((resolve, reject) => {
      const id = last += 1
      waiting.set(id, { resolve, reject })
      hold(true)
      child.stdin.write(`${JSON.stringify({ id, ...script })}\n`)
    }),
  }
}
