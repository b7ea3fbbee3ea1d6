import { useI18n } from 'vue-i18n'
import type { ProjectSetting, ProjectValue, SettingName, SettingOrigin } from '../../../../shared/model/project.ts'
import { spellValue } from '../../format/project-value.ts'

export type NamedSetting = ProjectSetting & { readonly name: SettingName }

/** Settings in words: a value as Python writes it, and where it came from. */
export function useSettingText() {
  const { t } = useI18n()
  const words = { kept: t('projectView.settings.kept'), unknown: t('projectView.settings.unknown') }
  const spell = (value: ProjectValue): string => spellValue(value, words)

  function origin(from: SettingOrigin): string {
    switch (from.kind) {
      case 'file': return t('projectView.origin.file', { file: from.file, line: from.line })
      case 'env-file': return t('projectView.origin.env-file', { file: from.file, name: from.name })
      case 'environment': return t('projectView.origin.environment', { name: from.name })
      default: return t(`projectView.origin.${from.kind}`)
    }
  }

  /** A value in a narrow place: Django's own sessions modules by the end of their names. */
  const brief = (value: ProjectValue): string => spell(typeof value === 'string' ? value.replace(/^django\.contrib\.sessions\./, '…') : value)
  const briefOrigin = (from: SettingOrigin): string => (from.kind === 'file' || from.kind === 'env-file' ? origin({ ...from, file: from.file.replace(/^.*\//, '') }) : origin(from))

  /** Whether a setting has every word, in its name, its values or its places. */
  function fits({ name, value, origin: from, conditional }: NamedSetting, words: readonly string[]): boolean {
    const text = [name, spell(value), origin(from), ...conditional.flatMap((option) => [option.when, spell(option.value), origin(option.origin)])].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  }

  return { spell, origin, brief, briefOrigin, fits }
}
