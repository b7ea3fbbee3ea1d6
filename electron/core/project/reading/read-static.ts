import type { ProjectSettings, SettingsReading } from '../../../../shared/model/project.ts'
import { SETTING_NAMES } from '../../../../shared/model/project.ts'
import { combine } from './combine.ts'
import { explore } from './explore.ts'
import { loadModules } from './load-modules.ts'
import type { Secrets } from './redact.ts'
import { createSecrets } from './redact.ts'
import type { FollowedFile } from './run.ts'

export interface StaticReading extends SettingsReading {
  readonly how: 'static'
  readonly secrets: Secrets
  /** Variables of the environment that the settings ask for. */
  readonly asked: readonly string[]
  /** Files of the project that were looked into, by name. */
  readonly followed: readonly FollowedFile[]
}

export interface StaticOptions {
  /** Absolute, real path of what is first on Python's path. */
  readonly folder: string
  readonly module: string
  /** The environment that Django would run in. */
  readonly environment: Readonly<Record<string, string>>
  /** null: not known. */
  readonly djangoVersion: string | null
}

/** `readStatic` in this thread, or in one of its own. */
export type ReadSettings = (options: StaticOptions, signal: AbortSignal) => Promise<StaticReading>

/**
 * Reads settings without running anything: what they say is followed as far as that is certain. What is not certain is unknown, with
 * the reason, or one of all values that are possible; nothing is guessed.
 */
export async function readStatic({ folder, module, environment, djangoVersion }: StaticOptions, signal: AbortSignal): Promise<StaticReading> {
  const loaded = await loadModules(folder, module, signal)
  const reading = explore({ loaded, module, environment })
  const secrets = createSecrets()
  const settings = Object.fromEntries(SETTING_NAMES.map((name) => [name, combine(name, reading, { djangoVersion, secrets })])) as ProjectSettings
  const asked = [...new Set(reading.endings.flatMap(({ run }) => [...run.asked]))].filter((name) => name !== 'DJANGO_SETTINGS_MODULE')
  return { module, how: 'static', settings, problems: reading.endings[0]?.run.problems ?? [], djangoVersion, secrets, asked, followed: [...loaded.followed.values()] }
}
