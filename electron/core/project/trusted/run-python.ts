import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { cancelled } from '../../../../shared/errors.ts'

export interface PythonAnswer {
  readonly code: number | null
  /** What came on the private channel. */
  readonly answer: string
  /** The end of what it complained about. */
  readonly stderr: string
  readonly timedOut: boolean
}

export interface PythonTask {
  readonly python: string
  readonly folder: string
  /** Sent on standard input. */
  readonly script: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

const MAX_ANSWER = 8 * 1024 * 1024
const MAX_STDERR = 16 * 1024

/** Runs Python with nothing but what the task names: no shell, no terminal, a deadline for it and all that it starts. @throws CANCELLED */
export function runPython(task: PythonTask, signal: AbortSignal): Promise<PythonAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelled())
      return
    }
    const isPosix = process.platform !== 'win32'
    const child = spawn(task.python, ['-B', '-'], { cwd: task.folder, env: { ...task.environment, PYTHONDONTWRITEBYTECODE: '1', COATCHECK_ANSWER_FD: '3' }, stdio: ['pipe', 'ignore', 'pipe', 'pipe'], detached: isPosix, windowsHide: true })
    let timedOut = false
    let failure = ''
    const end = (): void => killAll(child.pid, isPosix)
    const onAbort = (): void => end()
    const timer = setTimeout(() => {
      timedOut = true
      end()
    }, task.timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    const answer = collect(child.stdio[3], MAX_ANSWER, false)
    const stderr = collect(child.stderr, MAX_STDERR, true)
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(task.script)
    child.on('error', (error) => { failure = error.message })
    child.on('close', (code) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      if (signal.aborted) reject(cancelled())
      else resolve({ code, answer: answer(), stderr: failure === '' ? stderr() : failure, timedOut })
    })
  })
}

/** The whole group: what the settings started ends with them. */
function killAll(pid: number | undefined, isGroup: boolean): void {
  if (pid === undefined) return
  try {
    process.kill(isGroup ? -pid : pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function collect(stream: unknown, limit: number, keepsEnd: boolean): () => string {
  let text = ''
  if (!(stream instanceof Readable)) return () => text
  stream.setEncoding('utf8')
  stream.on('error', () => undefined)
  stream.on('data', (chunk: string) => {
    text += chunk
    if (text.length > limit) text = keepsEnd ? text.slice(-limit) : text.slice(0, limit)
  })
  return () => text
}
