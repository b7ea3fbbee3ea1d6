// npm run bench [-- --rows N] [--runs N]: figures are medians, and ratios of one run on one machine. Needs a build and a Python with Django.
import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sessionTable } from './data.ts'
import { decodeAll } from './decode-all.ts'
import { firstRows } from './first-rows.ts'
import { table } from './measure.ts'
import { paintedRows } from './painted-rows.ts'
import { start } from './start.ts'

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' }, runs: { type: 'string', default: '5' } } })
const [rows, runs] = [Number(values.rows), Number(values.runs)]
const file = await sessionTable(rows)
const measurements = [...await start(runs), ...await firstRows(file, runs), ...await paintedRows(file, runs), ...await decodeAll(file, runs)]
const machine = `${rows.toLocaleString('en')} rows, medians of ${runs}, Node ${process.versions.node}, ${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'unknown'}`
console.log(`\n${machine}\n\n${table(measurements)}`)
await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify({ rows, runs, machine, measurements }, null, 2)}\n`)
