import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { DjangoPython } from './django.ts'
import { runPython } from './django.ts'

/** Python ended without an answer: it crashed, or was killed. */
export class PeerEnded extends Error {}

/** A Python process that answers questions, one line of JSON each, until it is disposed of. */
export interface PythonPeer extends AsyncDisposable {
  /** @throws with Python's traceback, when it fails over the question; PeerEnded */
  ask<Answer>(question: unknown): Promise<Answer>
}

const ONCE = `
import json, sys
json.dump(respond(json.load(sys.stdin.buffer)), sys.stdout)
`
const LOOP = `
import json, sys, traceback
def reply(line):
    try:
        return {"ok": True, "value": respond(json.loads(line))}
    except Exception:
        return {"ok": False, "traceback": traceback.format_exc()}
for line in sys.stdin.buffer:
    sys.stdout.write(json.dumps(reply(line)) + "\\n")
    sys.stdout.flush()
`

/** One question to a process of its own. `answers`: Python that defines `respond(question)`. */
export async function askPython<Answer>(python: DjangoPython, answers: string, question: unknown): Promise<Answer> {
  return JSON.parse(await runPython(python, answers + ONCE, { input: JSON.stringify(question) })) as Answer
}

export function startPeer(python: DjangoPython, answers: string): PythonPeer {
  const child = spawn(python.path, ['-c', answers + LOOP], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' } })
  const ended = once(child, 'exit')
  // What is written to a process that has ended is told by its missing answer.
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout, crlfDelay: Infinity })[Symbol.asyncIterator]()
  return {
    async ask<Answer>(question: unknown): Promise<Answer> {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      const line = await lines.next()
      if (line.done === true) throw new PeerEnded(`${python.label} ended before it answered.`)
      const reply = JSON.parse(line.value) as { readonly ok: true; readonly value: Answer } | { readonly ok: false; readonly traceback: string }
      if (!reply.ok) throw new Error(reply.traceback)
      return reply.value
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
