// Counts for scripts/test.mjs: what passed, what failed and how, what was skipped and why.
import { writeFileSync } from 'node:fs'

/** A vitest reporter: https://vitest.dev/api/advanced/reporters */
export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message: string, stack?: string | undefined }[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const result = { passed: 0, failed: unhandled.map((error) => failure('unhandled error', [error])), skipped: /** @type {{ name: string, reason: string }[]} */ ([]), files: modules.map((module) => ({ name: module.relativeModuleId, seconds: module.diagnostic().duration / 1000 })) }
    for (const module of modules) {
      const broken = [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())]
      if (broken.length > 0) result.failed.push(failure(module.moduleId, broken))
      for (const test of module.children.allTests()) this.#count(test, result)
    }
    writeFileSync(process.env['COATCHECK_VITEST_RESULT'] ?? 'test-results/vitest.json', JSON.stringify(result))
  }

  /**
   * @param {import('vitest/node').TestCase} test
   * @param {{ passed: number, failed: { name: string, message: string }[], skipped: { name: string, reason: string }[] }} result
   */
  #count(test, result) {
    const outcome = test.result()
    const name = `${test.module.relativeModuleId} › ${test.fullName}`
    if (outcome.state === 'passed') result.passed += 1
    else if (outcome.state === 'skipped') result.skipped.push({ name, reason: outcome.note ?? 'no reason given' })
    else result.failed.push(failure(name, outcome.state === 'failed' ? outcome.errors : [{ message: 'did not run' }]))
  }
}

/** @param {string} name @param {readonly { message: string, stack?: string | undefined }[]} errors */
function failure(name, errors) {
  return { name, message: errors.map((error) => error.stack ?? error.message).join('\n') }
}
