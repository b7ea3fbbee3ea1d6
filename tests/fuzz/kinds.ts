import type { DjangoPython } from '../support/django.ts'
import type { FuzzKind } from './fuzz-kind.ts'
import { cacheValuesOfOurs, cacheValuesOfPython } from './kinds/cache-values.ts'
import { damagedPickles } from './kinds/damaged-pickles.ts'
import { jsonTexts } from './kinds/json-texts.ts'
import { picklesOfOurs } from './kinds/pickles-of-ours.ts'
import { picklesOfPython } from './kinds/pickles-of-python.ts'
import { damagedTexts, textsOfDjango, textsOfOurs } from './kinds/signed-texts.ts'
import { digits } from './kinds/digits.ts'
import { settingsPrograms } from './kinds/settings-programs.ts'

type Run<Result> = <Case>(kind: FuzzKind<Case>, cases: number, django: DjangoPython) => Promise<Result>

/** Each kind on each Django that it suits, one after the other, with its part of all cases. `named`: only those whose name holds it. */
export async function forKinds<Result>(djangos: readonly DjangoPython[], cases: number, named: string, run: Run<Result>): Promise<readonly Result[]> {
  const runs = djangos.flatMap((django) => [
    planned(picklesOfPython, django, run), planned(picklesOfOurs, django, run), planned(damagedPickles, django, run), planned(textsOfDjango, django, run), planned(textsOfOurs, django, run), planned(damagedTexts, django, run),
    planned(jsonTexts, django, run), planned(cacheValuesOfPython, django, run), planned(cacheValuesOfOurs, django, run), planned(digits, django, run), planned(settingsPrograms, django, run),
  ])
  const chosen = runs.filter(({ suits, name }) => suits && name.includes(named))
  const shares = chosen.reduce((sum, { share }) => sum + share, 0)
  const results: Result[] = []
  for (const { share, start } of chosen) results.push(await start(Math.ceil((cases * share) / shares)))
  return results
}

interface PlannedRun<Result> {
  readonly name: string
  readonly share: number
  readonly suits: boolean
  start(cases: number): Promise<Result>
}

function planned<Case, Result>(kind: FuzzKind<Case>, django: DjangoPython, run: Run<Result>): PlannedRun<Result> {
  return { name: kind.name, share: kind.share, suits: kind.suits(django), start: (cases) => run(kind, cases, django) }
}
