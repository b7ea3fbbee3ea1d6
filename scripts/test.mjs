// npm test: peers, lint, types, build, unit and system tests, browser tests. One table, one last line, one exit code.
import { mkdir, readFile, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { describePeer, findPeers, peerEnvironment } from './peers.mjs'
import { runCommand } from './run-command.mjs'

const ROOT = join(import.meta.dirname, '..')
const BIN = join(ROOT, 'node_modules/.bin')
const RESULTS = join(ROOT, 'test-results')
const OUTPUT_LINES = 120
const MOST_SLOW = 12

/**
 * @typedef {{ name: string, message: string }} Failure
 * @typedef {{ passed: number, failed: Failure[], skipped: { name: string, reason: string }[], files?: { name: string, seconds: number }[] }} Count
 * @typedef {{ projectName: string, status: string, annotations: { type: string, description?: string }[], results: { status: string, error?: { message?: string } }[] }} SpecTest a test in Playwright's JSON report
 * @typedef {{ file: string, specs?: { title: string, tests: SpecTest[] }[], suites?: Suite[] }} Suite
 * @typedef {{ name: string, seconds: number, ok: boolean, count: Count | null, output: string }} Step
 */

process.chdir(ROOT)
await rm(RESULTS, { recursive: true, force: true })
await mkdir(RESULTS, { recursive: true })

/** Node of this project first, whatever is on the PATH; what it has compiled serves the next of its many threads and processes. @type {NodeJS.ProcessEnv} */
const environment = { ...process.env, PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}`, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node') }

/** @type {Step[]} */
const steps = []
const [peers] = await Promise.all([peerStep(), lintThenTypes()])
Object.assign(environment, peerEnvironment(peers))
const build = await step('build', 'npm', ['run', '--silent', 'build'])
await step('vitest', 'vitest', ['run', '--reporter', join(ROOT, 'scripts/vitest-reporter.mjs')], { COATCHECK_VITEST_RESULT: join(RESULTS, 'vitest.json') }, readVitest)
if (build.ok) await step('playwright', 'playwright', ['test', '--reporter', 'json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: join(RESULTS, 'playwright.json') }, readPlaywright)
else steps.push({ name: 'playwright', seconds: 0, ok: false, count: null, output: 'Not run, because there is no build.' })
report()

async function peerStep() {
  const started = performance.now()
  const found = await findPeers()
  for (const peer of found) console.log(describePeer(peer))
  const missing = process.env['CI'] ? found.filter((peer) => peer.state === 'skipped' && !peer.canBeMissing) : []
  const output = missing.map((peer) => `CI is set, and this is missing: ${describePeer(peer)}`).join('\n')
  steps.push({ name: 'peers', seconds: secondsSince(started), ok: missing.length === 0, count: null, output })
  return found
}

/** Beside the peers, which mostly wait. */
async function lintThenTypes() {
  await Promise.all([step('lint', 'eslint', ['.', '--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/']), step('types', 'vue-tsc', ['-b'])])
}

/**
 * @param {string} name
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [variables]
 * @param {() => Promise<Count>} [readCount]
 */
async function step(name, command, args, variables = {}, readCount) {
  const started = performance.now()
  const { code, output, timedOut } = await runCommand(command, args, { env: { ...environment, ...variables }, timeoutMs: 1_000_000 })
  const count = readCount === undefined ? null : await readCount().catch(() => null)
  const broken = readCount !== undefined && count === null
  /** @type {Step} */
  const result = { name, seconds: secondsSince(started), ok: code === 0 && !broken, count, output: timedOut ? `${output}\nEnded: it took too long.` : output }
  steps.push(result)
  console.log(`${result.ok ? 'ok  ' : 'FAIL'} ${name}`)
  return result
}

/** @returns {Promise<Count>} */
async function readVitest() {
  return JSON.parse(await readFile(join(RESULTS, 'vitest.json'), 'utf8'))
}

/** @returns {Promise<Count>} */
async function readPlaywright() {
  const { suites, errors } = JSON.parse(await readFile(join(RESULTS, 'playwright.json'), 'utf8'))
  /** @type {Count} */
  const count = { passed: 0, failed: [], skipped: [] }
  for (const error of errors ?? []) count.failed.push({ name: 'playwright', message: error.message ?? String(error) })
  for (const { title, test } of allSpecs(suites)) addPlaywrightTest(count, title, test)
  return count
}

/** @param {Count} count @param {string} title @param {SpecTest} test */
function addPlaywrightTest(count, title, test) {
  const name = `${test.projectName}: ${title}`
  if (test.status === 'skipped') count.skipped.push({ name, reason: test.annotations.find((one) => one.type === 'skip')?.description ?? 'no reason given' })
  else if (test.status === 'expected') count.passed += 1
  else count.failed.push({ name, message: plain(test.results.map((result) => result.error?.message ?? result.status).join('\n')) })
}

/** @param {readonly Suite[] | undefined} suites @returns {Generator<{ title: string, test: SpecTest }>} */
function* allSpecs(suites) {
  for (const suite of suites ?? []) {
    for (const spec of suite.specs ?? []) for (const test of spec.tests) yield { title: `${suite.file} › ${spec.title}`, test }
    yield* allSpecs(suite.suites)
  }
}

function report() {
  const counts = steps.flatMap(({ count }) => (count === null ? [] : [count]))
  const skipped = counts.flatMap((count) => count.skipped)
  const failures = counts.flatMap((count) => count.failed)
  const brokenSteps = steps.filter((one) => !one.ok && (one.count === null || one.count.failed.length === 0))
  for (const one of brokenSteps) console.log(`\n--- ${one.name}\n${plain(one.output).trim().split('\n').slice(-OUTPUT_LINES).join('\n')}`)
  for (const { name, message } of failures) console.log(`\n--- ${name}\n${message}`)
  if (skipped.length > 0) console.log('\nSkipped')
  for (const { name, reason } of skipped) console.log(`  ${name}: ${reason}`)
  const slowest = counts.flatMap((count) => count.files ?? []).sort((a, b) => b.seconds - a.seconds).slice(0, MOST_SLOW)
  if (slowest.length > 0) console.log('\nSlowest files')
  for (const { name, seconds } of slowest) console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${name}`)
  console.log('\nstep          seconds  result')
  for (const one of steps) console.log(`${one.name.padEnd(12)} ${one.seconds.toFixed(1).padStart(8)}  ${outcome(one)}`)
  const passed = counts.reduce((sum, count) => sum + count.passed, 0) + steps.filter((one) => one.ok && one.count === null).length
  const failed = failures.length + brokenSteps.length
  console.log(`\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`)
  process.exitCode = failed === 0 ? 0 : 1
}

/** @param {Step} step */
function outcome({ ok, count }) {
  if (count === null) return ok ? 'passed' : 'failed'
  return `${count.passed} passed, ${count.failed.length} failed, ${count.skipped.length} skipped`
}

/** @param {number} started */
function secondsSince(started) {
  return (performance.now() - started) / 1000
}

/** @param {string} text */
function plain(text) {
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '')
}
