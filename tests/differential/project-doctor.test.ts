import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { examine } from '../../electron/core/project/doctor/doctor.ts'
import { findDjangos } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import type { ProjectSample } from '../support/project-samples.ts'
import { packagesOf, readSample, SAMPLES, trustSample } from '../support/project-samples.ts'

/** Findings under Django's ids are those that Django's checks for deployment have for the same project. */
const OURS = /\((security\.W0(?:03|09|10|11|12|13|14|15|16|25)|caches\.(?:E001|W002|W003)|admin\.E4(?:08|09|10))\)/g
const run = promisify(execFile)

describe.each(findDjangos().map((django) => ({ name: django.label, django })))('$name', ({ django }) => {
  test.each(SAMPLES)('$name', { timeout: 60_000 }, async (sample) => {
    const installed = await packagesOf(django.path, sample.needs)
    if (installed.length < sample.needs.length && process.env['CI'] !== 'true') return console.warn(`*** ${sample.name}: not compared on ${django.label}, because it has no ${sample.needs.join(', ')} ***`)
    const real = await checkDeploy(django, sample)
    if (real === null) return console.warn(`*** ${sample.name}: not compared on ${django.label}, because Django cannot check it without a driver ***`)
    const trusted = await trustSample(sample, django.path)
    const read = await readSample(sample, trusted.djangoVersion)
    const ofTrusted = idsOf(examine({ reading: trusted, secrets: trusted.secrets, facts: trusted.facts, folder: sample.folder, expiredRows: null }))
    const ofStatic = idsOf(examine({ reading: read, secrets: read.secrets, facts: null, folder: sample.folder, expiredRows: null }))
    expect(ofTrusted).toEqual(real)
    // What is not known is not found; what is found is so.
    expect(real).toEqual(expect.arrayContaining(ofStatic))
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

function idsOf(findings: readonly { readonly id: string }[]): string[] {
  return [...new Set(findings.map((finding) => finding.id).filter((id) => `(${id})`.match(OURS) !== null))].sort()
}

const CHECKS = `
import os, sys
sys.path[0] = sys.argv[1]
import django
from django.core import checks
django.setup()
messages = checks.run_checks(tags=["security", "caches", "admin"] if django.VERSION >= (3, 0) else ["security", "caches"], include_deployment_checks=True)
print(" ".join("(%s)" % message.id for message in messages))
`

/** Django's own checks of these rooms; those of URLs need more of a project than the samples have. null: a driver of a database or a cache is missing. */
async function checkDeploy({ path }: DjangoPython, sample: ProjectSample): Promise<string[] | null> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PYTHONDONTWRITEBYTECODE: '1', DJANGO_SETTINGS_MODULE: sample.module, ...sample.environment }
  const found = await run(path, ['-c', CHECKS, sample.folder], { cwd: sample.folder, env }).catch((error: unknown) => {
    if (/Error loading|No module named '(?:django_redis|pymemcache|django\.core\.cache\.backends\.redis)'/.test(String(error))) return null
    throw error
  })
  const ids = [...(found?.stdout ?? '').matchAll(OURS)].map((match) => match[1] ?? '')
  return found === null ? null : [...new Set(ids)].sort()
}
