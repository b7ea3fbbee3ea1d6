import { text } from 'node:stream/consumers'
import { EXIT } from './exit.ts'
import { keepCompiled } from './keep-compiled.ts'

const interrupt = new AbortController()
process.once('SIGINT', () => interrupt.abort())

// `| head` closes the pipe early: that is the reader's right, and no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done)
    throw error
  })
}

const args = process.argv.slice(2)
const entry = import.meta.url
keepCompiled(process.env)
const { runCli } = await import('./cli.ts')
process.exitCode = await runCli(args, {
  entry,
  terminal: {
    env: process.env,
    out: (line) => process.stdout.write(line),
    err: (line) => process.stderr.write(line),
    readInput: () => text(process.stdin),
    signal: interrupt.signal,
  },
  // The host listens for signals itself, and is not needed by any other command.
  serve: async (rest) => (await import('../host/run.ts')).runHost(rest, entry),
})
