import type { ProjectSetting, ProjectValue, ReadingDifference, SettingsReading } from '../../../shared/model/project.ts'
import { isWhollyKnown, SETTING_NAMES } from '../../../shared/model/project.ts'
import { sameValue } from './known-values.ts'

/** What the project's own Python says otherwise, or more, than the reading without it. */
export function compareReadings(read: SettingsReading, trusted: SettingsReading): readonly ReadingDifference[] {
  return SETTING_NAMES.flatMap((name) => {
    const [before, after] = [read.settings[name], trusted.settings[name]]
    const kind = differenceOf(before, after.value)
    return kind === null ? [] : [{ name, kind, static: before.value, trusted: after.value }]
  })
}

function differenceOf(before: ProjectSetting, after: ProjectValue): ReadingDifference['kind'] | null {
  if (sameValue(before.value, after)) return isWhollyKnown(before.value) || !isWhollyKnown(after) ? null : 'now-known'
  return before.conditional.some((option) => sameValue(option.value, after)) ? 'condition-decided' : 'other-value'
}
