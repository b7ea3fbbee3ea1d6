import type { ProjectSetting, ProjectValue, ReadingDifference, SettingName, SettingOrigin, SettingsReading } from '../../../shared/model/project.ts'
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

/** Python knows what a setting is, and the files where it is set: where they tell, that is its origin. `setByModule`: names that the settings module has of its own. */
export function originOf(name: SettingName, said: ProjectSetting, read: ProjectSetting, setByModule: readonly string[]): SettingOrigin {
  if (said.origin.kind !== 'python') return said.origin
  return read.origin.kind !== 'django' || !setByModule.includes(name) ? read.origin : said.origin
}

function differenceOf(before: ProjectSetting, after: ProjectValue): ReadingDifference['kind'] | null {
  if (sameValue(before.value, after)) return isWhollyKnown(before.value) || !isWhollyKnown(after) ? null : 'now-known'
  return before.conditional.some((option) => sameValue(option.value, after)) ? 'condition-decided' : 'other-value'
}
