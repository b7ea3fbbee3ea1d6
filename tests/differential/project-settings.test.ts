import { afterAll, describe, expect, test } from 'vitest'
import { sameValue } from '../../electron/core/project/known-values.ts'
import type { ProjectValue } from '../../shared/model/project.ts'
import { isWhollyKnown, SETTING_NAMES, whyUnknown } from '../../shared/model/project.ts'
import type { DjangoPython } from '../support/django.ts'
import { findDjangos } from '../support/django.ts'
import { diffSettings, packagesOf, readSample, SAMPLES, trustSample } from '../support/project-samples.ts'

/**
 * Every sample project is read without running it and by real Django. What is asserted without running must be what Django has; what
 * is not known may be unknown, and is counted.
 */
const djangos = findDjangos()
const PACKAGES = [...new Set(SAMPLES.flatMap((sample) => sample.needs))]
const installed = new Map<DjangoPython, readonly string[]>(await Promise.all(djangos.map(async (django): Promise<[DjangoPython, readonly string[]]> => [django, await packagesOf(django.path, PACKAGES)])))
const tally = { told: 0, unknown: 0, partly: 0 }

describe.each(djangos.map((django) => ({ name: django.label, django })))('$name', ({ django }) => {
  test.each(SAMPLES)('$name', { timeout: 60_000 }, async (sample) => {
    const missing = sample.needs.filter((name) => installed.get(django)?.includes(name) !== true)
    if (missing.length > 0) {
      // `scripts/peers.mjs` brings them; where it was told to, a proof that is left out is a failure.
      expect(process.env['CI'], `${django.path} has no ${missing.join(', ')}`).not.toBe('true')
      console.warn(`*** ${sample.name} with ${django.label}: not compared, because this Python has no ${missing.join(', ')} ***`)
      const version = await readSample(sample, null)
      expect(version.problems).toEqual([])
      return
    }
    const [trusted, words] = await Promise.all([trustSample(sample, django.path), diffSettings(django, sample)])
    const read = await readSample(sample, trusted.djangoVersion)
    const wrong: string[] = []
    for (const name of SETTING_NAMES) {
      const [said, real] = [read.settings[name], trusted.settings[name]]
      const printed = words.get(name)
      if (printed !== undefined && !agrees(real.value, printed)) wrong.push(`trusted ${name}: ${JSON.stringify(real.value)}, and Django prints ${printed}`)
      if (real.origin.kind === 'django' && said.origin.kind === 'django') continue
      count(said.value)
      const possible = said.conditional.length === 0 || whyUnknown(said.value) === null || said.conditional.some((option) => sameValue(option.value, real.value))
      if (!sameValue(said.value, real.value) || !possible) wrong.push(`${name}: said ${JSON.stringify(said.value)} ${JSON.stringify(said.conditional)}, Django has ${JSON.stringify(real.value)}`)
    }
    for (const name of read.secrets.names()) {
      const real = trusted.secrets.get(name)
      if (real !== null && read.secrets.get(name) !== real && !name.includes('(')) wrong.push(`secret ${name} differs`)
    }
    expect(wrong).toEqual([])
  })
})

afterAll(() => {
  const all = tally.told + tally.unknown + tally.partly
  if (all > 0) console.info(`settings that projects set: ${all}; told ${percent(tally.told, all)}, in part ${percent(tally.partly, all)}, unknown ${percent(tally.unknown, all)}`)
})

function percent(part: number, all: number): string {
  return `${part} (${Math.round((100 * part) / all)} %)`
}

function count(value: ProjectValue): void {
  if (whyUnknown(value) !== null) tally.unknown += 1
  else if (isWhollyKnown(value)) tally.told += 1
  else tally.partly += 1
}

/** Python's words for a plain value; others are compared by the reading itself. */
function agrees(value: ProjectValue, printed: string): boolean {
  if (value === null) return printed === 'None'
  if (typeof value === 'boolean') return printed === (value ? 'True' : 'False')
  if (typeof value === 'number') return printed === String(value)
  if (typeof value === 'string' && /^'[ -[\]-~]*'$/.test(printed)) return printed === `'${value}'`
  return true
}
