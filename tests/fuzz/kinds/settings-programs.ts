import fc from 'fast-check'
import { comparePrograms } from '../../support/settings-peer.ts'
import type { SettingsProgram } from '../../support/settings-programs.ts'
import { makeProgram, PROGRAMS_ANSWERS } from '../../support/settings-programs.ts'
import type { FuzzKind } from '../fuzz-kind.ts'
import { AGREE } from '../fuzz-kind.ts'

/** Settings files by chance: what is told without running them is what Python ends with, and possible values are all there are. */
export const settingsPrograms: FuzzKind<SettingsProgram> = {
  name: 'settings programs',
  share: 1,
  answers: PROGRAMS_ANSWERS,
  suits: ({ version }) => version[0] >= 4,
  cases: () => fc.array(fc.nat(), { minLength: 1, maxLength: 12, size: 'max' }).map(makeProgram),
  async compare(ask, cases) {
    const outcomes = await comparePrograms(ask, cases)
    return outcomes.map((outcome) => (outcome === null ? null : outcome.wrong.length === 0 ? AGREE : { agree: false, detail: outcome.wrong.join('\n') }))
  },
  show: ({ settings, other }) => JSON.stringify({ settings, other }),
}
