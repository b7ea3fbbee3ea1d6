import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Another program with the database open: Python's own sqlite3, as Django uses it. */
export interface PythonPeer extends AsyncDisposable {
  /** Runs statements of Python with `db` at hand; resolves with what they print as one line. */
  run(source: string): Promise<string>
  /** Ends it without a chance to tidy up. */
  kill(): Promise<void>
}

const LOOP = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
for line in sys.stdin:
    try:
        exec(bytes.fromhex(line.strip()).decode())
    except Exception as error:
        print("error: %r" % error)
    sys.stdout.write("\\0\\n")
    sys.stdout.flush()
`

export async function startPython(database: string): Promise<PythonPeer> {
  const child = spawn('python3', ['-c', LOOP, database], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'exit')
  const run = async (source: string): Promise<string> => {
    child.stdin.write(`${Buffer.from(source).toString('hex')}\n`)
    const output: string[] = []
    for (;;) {
      const line = await lines.next()
      if (line.done === true || line.value === '\0') return output.join('\n')
      output.push(line.value)
    }
  }
  await run('pass')
  return {
    run,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
