import type { DoctorFinding, ProjectSetting, SettingName, Severity } from '../../../../shared/model/project.ts'
import { NO_SUCH_SETTING, whyUnknown } from '../../../../shared/model/project.ts'

/** How serious the worst is that the doctor found about each setting. Findings come worst first. */
export function markSettings(findings: readonly DoctorFinding[]): ReadonlyMap<SettingName, Severity> {
  const marks = new Map<SettingName, Severity>()
  for (const { settings, severity } of findings) for (const name of settings) if (!marks.has(name)) marks.set(name, severity)
  return marks
}

/** Whether this Django has no such setting: there is nothing to know of it. */
export function isMissing({ value }: ProjectSetting): boolean {
  return whyUnknown(value) === NO_SUCH_SETTING
}
