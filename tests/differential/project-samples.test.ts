import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { examine } from '../../electron/core/project/doctor/doctor.ts'
import { sameValue } from '../../electron/core/project/known-values.ts'
import type { StaticReading } from '../../electron/core/project/reading/read-static.ts'
import type { TrustedReading } from '../../electron/core/project/trusted/read-trusted.ts'
import type { ProjectValue } from '../../shared/model/project.ts'
import { isWhollyKnown, SETTING_NAMES, whyUnknown } from '../../shared/model/project.ts'
import type { DjangoPython } from '../support/django.ts'
import { findDjangos } from '../support/django.ts'
import { checkDeploy, deployCheckOf, diffSettings, packagesOf, readSample, SAMPLES, trustSample } from '../support/project-samples.ts'

/**
 * Every sample project is read without running it and by real Django. What is asserted without running must be what Django has; what
 * is not known may be unknown, and is counted. The doctor finds what Django's own checks find.
 */
const djangos = findDjangos()
const PACKAGES = [...new Set(SAMPLES.flatMap((sample) => sample.needs))]
const installed = new Map<DjangoPython, readonly string[]>(await Promise.all(djangos.map(async (django): Promise<[DjangoPython, readonly string[]]> => [django, await packagesOf(django, PACKAGES)])))
const tally = { told: 0, unknown: 0, partly: 0 }

describe.each(djangos.map((django) => ({ name: django.label, django })))('$name', ({ django }) => {
  describe.each(SAMPLES)('$name', (sample) => {
    const missing = sample.needs.filter((name) => installed.get(django)?.includes(name) !== true)
    if (missing.length > 0) {
      test('is read at least', async () => {
        // `scripts/peers.mjs` brings them; where it was told to, a proof that is left out is a failure.
        expect(process.env['CI'], `${django.path} has no ${missing.join(', ')}`).not.toBe('true')
        console.warn(`*** ${sample.name} with ${django.label}: not compared, because this Python has no ${missing.join(', ')} ***`)
        expect((await readSample(sample, null)).problems).toEqual([])
      })
      return
    }
    let trusted: TrustedReading
    let read: StaticReading
    beforeAll(async () => {
      trusted = await trustSample(sample, django.path)
      read = await readSample(sample, trusted.djangoVersion)
    })

    test('settings', async () => {
      expect(wrongSettings(read, trusted, await diffSettings(django, sample))).toEqual([])
    })

    test('doctor', async () => {
      const real = await checkDeploy(django, sample)
      if (real === null) return console.warn(`*** ${sample.name}: not compared on ${django.label}, because Django cannot check it without a driver ***`)
      const ofTrusted = idsOf(examine({ reading: trusted, secrets: trusted.secrets, facts: trusted.facts, folder: sample.folder, expiredRows: null }))
      const ofStatic = idsOf(examine({ reading: read, secrets: read.secrets, facts: null, folder: sample.folder, expiredRows: null }))
      expect(ofTrusted).toEqual(real)
      // What is not known is not found; what is found is so.
      expect(real).toEqual(expect.arrayContaining(ofStatic))
    })
  })
})

test('a Django that is older or newer than all that is known is said to be', async () => {
  const [sample] = SAMPLES
  if (sample === undefined) throw new Error('There are samples.')
  const found = async (djangoVersion: string): Promise<readonly string[]> => {
    const reading = await readSample(sample, djangoVersion)
    return examine({ reading, secrets: reading.secrets, facts: null, folder: sample.folder, expiredRows: null }).map(({ id }) => id).filter((id) => id.startsWith('coatcheck.django-'))
  }
  expect([await found('1.11.29'), await found('5.2.17'), await found('7.0')]).toEqual([['coatcheck.django-old'], [], ['coatcheck.django-new']])
})

afterAll(() => {
  const all = tally.told + tally.unknown + tally.partly
  if (all > 0) console.info(`settings that projects set: ${all}; told ${percent(tally.told, all)}, in part ${percent(tally.partly, all)}, unknown ${percent(tally.unknown, all)}`)
})

/** `words`: what Django prints of each setting. */
function wrongSettings(read: StaticReading, trusted: TrustedReading, words: ReadonlyMap<string, string>): readonly string[] {
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
  return wrong
}

function idsOf(findings: readonly { readonly id: string }[]): string[] {
  return [...new Set(findings.map((finding) => finding.id).filter((id) => deployCheckOf(`(${id})`) !== null))].sort()
}

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
