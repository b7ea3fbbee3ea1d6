import type { ProjectSetting, ProjectSettings, SettingName, SettingOption, SettingsReading } from '../../../../shared/model/project.ts'
import { SETTING_NAMES } from '../../../../shared/model/project.ts'
import { djangoDefault } from './defaults.ts'
import { evaluate } from './evaluate.ts'
import { execute, executeModule } from './execute.ts'
import { loadModules } from './load-modules.ts'
import { importModule } from './modules.ts'
import type { Secrets, SecretKeeper } from './redact.ts'
import { createSecrets, hideTexts, toShown } from './redact.ts'
import type { FollowedFile, ModuleFile, Run, World } from './run.ts'
import { BudgetSpent, NotFollowed, PythonRaise } from './run.ts'
import type { Binding, Scope } from './state.ts'
import { createState } from './state.ts'
import type { Option, Py } from './values.ts'

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

const MAX_STEPS = 1_500_000

/**
 * Reads settings without running anything: what they say is followed as far as that is certain. What is not certain is unknown, with
 * the reason; nothing is guessed.
 */
export async function readStatic(options: StaticOptions, signal: AbortSignal): Promise<StaticReading> {
  const { world, problems: found, main, followed } = await loadModules(options.folder, options.module, signal)
  const run: Run = { state: createState(options.environment), world, problems: [...found], asked: new Set(), stepsLeft: MAX_STEPS, depth: 0, doubt: null, evaluate, execute }
  if (main !== null) runMain(run, main)
  runSettings(run, world, options.module)
  const secrets = createSecrets()
  const scope = run.state.modules.get(options.module) ?? null
  const settings = Object.fromEntries(SETTING_NAMES.map((name) => [name, showSetting(name, scope, run, options, secrets)])) as ProjectSettings
  return { module: options.module, how: 'static', settings, problems: run.problems, djangoVersion: options.djangoVersion, secrets, asked: [...run.asked].filter((name) => name !== 'DJANGO_SETTINGS_MODULE'), followed: [...followed.values()] }
}

/** What `manage.py` does before Django reads the settings: some load an `.env` file there. */
function runMain(run: Run, main: ModuleFile): void {
  const scope: Scope = { module: '__main__', names: new Map(), doubt: null, complete: false }
  run.state.modules.set('__main__', scope)
  const problems = run.problems.length
  attempt(run, () => { executeModule(run, main, []) })
  run.problems.length = problems
  run.doubt = null
}

function runSettings(run: Run, world: World, module: string): void {
  const found = world.findModule(module)
  if (found === null || found === 'namespace') {
    run.problems.push({ what: 'no-settings', file: `${module.replaceAll('.', '/')}.py`, line: 0, detail: module })
    return
  }
  attempt(run, () => { importModule(run, module, null) })
}

/** Django would stop where Python raises: what was read up to there is kept, and told. */
function attempt(run: Run, action: () => void): void {
  const before = run.state
  try {
    action()
  } catch (error) {
    if (error instanceof PythonRaise) run.problems.push({ what: 'stops', file: '', line: error.line, detail: error.exception })
    else if (error instanceof NotFollowed || error instanceof BudgetSpent) {
      run.state = before
      for (const scope of before.modules.values()) scope.doubt ??= 'code that is not followed'
    } else throw error
  }
}

function showSetting(name: SettingName, scope: Scope | null, run: Run, options: StaticOptions, secrets: SecretKeeper): ProjectSetting {
  const origin = { kind: 'django' } as const
  const binding = scope?.names.get(name)
  if (scope === null || scope.doubt !== null) {
    const why = scope?.doubt ?? (run.problems.find((problem) => problem.what === 'stops' || problem.what === 'no-settings')?.what === 'stops' ? 'the settings stop before their end' : 'the settings are not found')
    return { value: { $unknown: why }, origin: binding?.at ?? origin, conditional: [], environment: [] }
  }
  if (binding === undefined || binding.value.t === 'absent') return { value: djangoDefault(name, options.djangoVersion), origin, conditional: [], environment: [] }
  return showBinding(name, binding, options, secrets)
}

function showBinding(name: SettingName, binding: Binding, options: StaticOptions, secrets: SecretKeeper): ProjectSetting {
  const { value } = binding
  const environment = [...environmentOf(value)].sort()
  if (value.t !== 'choice') return { value: toShown(value, name, secrets), origin: value.from ?? binding.at, conditional: [], environment }
  const chosen = value.chosen === null ? undefined : value.options[value.chosen]
  const others = value.options.filter((option) => option !== chosen)
  const conditional = others.map((option): SettingOption => ({ when: hideTexts(option.when), ...showOption(name, option, binding, options, secrets, others.indexOf(option) + 1) }))
  const kept = chosen === undefined ? { value: { $unknown: `it depends on: ${hideTexts(value.options[0]?.when ?? '')}` }, origin: binding.at } : showOption(name, chosen, binding, options, secrets, 0)
  return { ...kept, conditional, environment }
}

function showOption(name: SettingName, option: Option, binding: Binding, options: StaticOptions, secrets: SecretKeeper, index: number): Pick<SettingOption, 'value' | 'origin'> {
  if (option.value.t === 'absent') return { value: djangoDefault(name, options.djangoVersion), origin: { kind: 'django' } }
  return { value: toShown(option.value, index === 0 ? name : `${name}(${index})`, secrets), origin: option.value.from ?? option.at ?? binding.at }
}

/** Variables that decided a value, or anything in it. */
function environmentOf(value: Py, names = new Set<string>(), depth = 0): Set<string> {
  for (const name of value.env ?? []) names.add(name)
  if (depth > 8) return names
  const inner = value.t === 'list' || value.t === 'set' || value.t === 'tuple' ? value.items : value.t === 'dict' ? [...value.entries.values()].map((entry) => entry.value) : value.t === 'choice' ? value.options.map((option) => option.value) : []
  for (const item of inner) environmentOf(item, names, depth + 1)
  return names
}
