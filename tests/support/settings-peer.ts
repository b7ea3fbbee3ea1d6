import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sameValue } from '../../electron/core/project/known-values.ts'
import { djangoDefault } from '../../electron/core/project/reading/defaults.ts'
import { readStatic } from '../../electron/core/project/reading/read-static.ts'
import type { ProjectValue } from '../../shared/model/project.ts'
import { whyUnknown } from '../../shared/model/project.ts'
import type { SettingsProgram } from './settings-programs.ts'
import { PROGRAM_NAMES } from './settings-programs.ts'

const VERSION = '5.2'

/** What is said of one program's settings, beside what Python says. */
export interface ProgramOutcome {
  /** Settings that are told as a fact. */
  readonly told: number
  readonly unknown: number
  /** Unknown ones that come with all values that are possible. */
  readonly possible: number
  /** What is said and is not so. */
  readonly wrong: readonly string[]
}

type Values = Readonly<Record<string, ProjectValue>>
type Ask = <Answer>(question: unknown) => Promise<Answer>

/** Reads programs without running them, has them run by a Python with `PROGRAMS_ANSWERS`, and compares. null: the program raises in Python. */
export async function comparePrograms(ask: Ask, programs: readonly SettingsProgram[]): Promise<readonly (ProgramOutcome | null)[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'coatcheck-programs-')))
  try {
    await mkdir(join(folder, 'p'))
    await writeFile(join(folder, 'p/__init__.py'), '')
    await Promise.all(programs.flatMap(({ settings, other }, number) => [writeFile(join(folder, `p/s${number}.py`), settings.replaceAll('MODULE', `m${number}`)), writeFile(join(folder, `p/m${number}.py`), other)]))
    const ends = await ask<readonly (Values | null)[]>({ folder, count: programs.length, names: PROGRAM_NAMES })
    const outcomes: (ProgramOutcome | null)[] = []
    for (const [number, values] of ends.entries()) outcomes.push(values === null ? null : await compareOne(folder, number, values))
    return outcomes
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function compareOne(folder: string, number: number, values: Values): Promise<ProgramOutcome> {
  const { settings } = await readStatic({ folder, module: `p.s${number}`, environment: {}, djangoVersion: VERSION }, new AbortController().signal)
  const wrong: string[] = []
  let [told, possible] = [0, 0]
  for (const name of PROGRAM_NAMES) {
    const { value, conditional } = settings[name]
    // What the program deletes is left to Django.
    const real = name in values ? values[name] : djangoDefault(name, VERSION)
    const why = whyUnknown(value)
    const isOneOf = why?.startsWith('it depends on') === true
    if (why === null) told += 1
    if (isOneOf) possible += 1
    const isRight = isOneOf ? conditional.some((option) => sameValue(option.value, real)) : sameValue(value, real)
    if (!isRight) wrong.push(`${name}: said ${JSON.stringify(value)} ${JSON.stringify(conditional)}, Python ${JSON.stringify(real)}`)
  }
  return { told, unknown: PROGRAM_NAMES.length - told, possible, wrong }
}
