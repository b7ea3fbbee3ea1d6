import { runHost } from './run.ts'

process.exitCode = await runHost(process.argv.slice(2), import.meta.url)
