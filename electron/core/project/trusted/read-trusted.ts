import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { ProjectSetting, ProjectSettings, SettingName, SettingsReading, TrustedFacts } from '../../../../shared/model/project.ts'
import { SETTING_NAMES } from '../../../../shared/model/project.ts'
import type { Secrets, SecretKeeper } from '../reading/redact.ts'
import { createSecrets, toShown } from '../reading/redact.ts'
import type { Py } from '../reading/values.ts'
import { keyOf, list, set, tuple, unknown } from '../reading/values.ts'
import { runPython } from './run-python.ts'
import type { Grant } from './trust-store.ts'
import { isGranted } from './trust-store.ts'

export interface TrustedReading extends SettingsReading {
  readonly how: 'trusted'
  readonly secrets: Secrets
  readonly facts: TrustedFacts
}

export interface TrustedOptions {
  /** Folder of the program's resources, in which the script is. */
  readonly resourcesFolder: string
  /** Variables to hand on: those that the settings ask for. Nothing else of this process's environment is. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 20_000
const STDERR_SHOWN = 1500

const nullableText = z.string().nullable()
const userTable = z.object({
  model: z.string(), table: z.string(), databaseAlias: z.string(), pk: z.object({ column: z.string(), type: z.string() }),
  isDjangos: z.boolean(),
  columns: z.object({ username: nullableText, email: nullableText, isActive: nullableText, isStaff: nullableText, isSuperuser: nullableText, password: nullableText }),
})
const answerShape = z.object({
  python: z.string(), django: nullableText, error: nullableText, settings: z.record(z.string(), z.unknown()), set: z.array(z.string()), setupError: nullableText,
  userTable: userTable.nullable(), backends: z.record(z.string(), z.enum(['active', 'anybody'])).nullable(), packages: z.array(z.string()),
  engine: z.object({ storeClass: z.string(), keySalt: nullableText, modelTable: nullableText, databaseAlias: nullableText, cookieAgeSeconds: z.number().nullable() }).nullable(),
  serializer: z.object({ path: z.string(), kind: z.enum(['json', 'pickle', 'custom']) }).nullable(),
})
type Answer = z.infer<typeof answerShape>

/**
 * Settings as the project's own Python resolves them. It runs the project's code, so it asks for a grant of the trust store.
 * @throws ACCESS_DENIED without one; STORE_UNSUPPORTED when Python or Django cannot be started; REQUEST_INVALID when the settings fail
 */
export async function readTrusted(grant: Grant, options: TrustedOptions, signal: AbortSignal): Promise<TrustedReading> {
  if (!isGranted(grant)) throw new CoatcheckError('ACCESS_DENIED', 'project.notTrusted', { hint: 'next.trustFirst', subject: grant.folder })
  const { resourcesFolder, environment, timeoutMs = TIMEOUT_MS } = options
  const script = await readFile(join(resourcesFolder, 'project/read_settings.py'), 'utf8')
  const request = JSON.stringify({ folder: grant.folder, module: grant.module, names: SETTING_NAMES })
  const run = await runPython({ python: grant.python, folder: grant.folder, script, environment: { ...basics(), ...environment, COATCHECK_REQUEST: request }, timeoutMs }, signal)
  const answer = parse(run.answer)
  if (run.timedOut) throw failed(reason('project.noEnd', { seconds: timeoutMs / 1000, output: lastWords(run.stderr) }), grant)
  if (answer === null) throw new CoatcheckError('STORE_UNSUPPORTED', reason('project.noAnswer', { output: lastWords(run.stderr) }), { hint: 'next.checkEnvironment', subject: grant.python })
  if (answer.django === null) throw new CoatcheckError('STORE_UNSUPPORTED', 'project.noDjango', { hint: 'next.chooseInterpreter', subject: grant.python })
  if (answer.error !== null) throw failed(reason('project.djangoFailed', { error: answer.error, output: lastWords(run.stderr) }), grant)
  return toReading(answer, grant)
}

function failed(why: Reason, grant: Grant): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', why, { hint: 'next.managePyCheck', subject: grant.module })
}

function lastWords(stderr: string): string {
  const text = stderr.trim().slice(-STDERR_SHOWN)
  return text === '' ? '' : `\n${text}`
}

/** What a program needs to start at all. */
function basics(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'USERPROFILE']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']])))
}

function parse(text: string): Answer | null {
  try {
    const parsed = answerShape.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

function toReading(answer: Answer, grant: Grant): TrustedReading {
  const secrets = createSecrets()
  const set = new Set(answer.set)
  const settings = Object.fromEntries(SETTING_NAMES.map((name) => [name, toSetting(name, answer, set, secrets)])) as ProjectSettings
  const backends = settings.AUTHENTICATION_BACKENDS.value
  const facts: TrustedFacts = {
    pythonVersion: answer.python, userTable: answer.userTable, backends: Array.isArray(backends) ? backends.filter((item) => typeof item === 'string') : [], backendWays: answer.backends ?? {}, sessionPackages: answer.packages,
    engine: answer.engine, serializer: answer.serializer, setupError: answer.setupError, setByModule: answer.set,
  }
  return { module: grant.module, how: 'trusted', settings, problems: [], djangoVersion: answer.django, secrets, facts }
}

function toSetting(name: SettingName, answer: Answer, set: ReadonlySet<string>, secrets: SecretKeeper): ProjectSetting {
  const value = toShown(fromJson(answer.settings[name], 0), name, secrets)
  return { value, origin: { kind: set.has(name) ? 'python' : 'django' }, conditional: [], environment: [] }
}

const scalar = z.union([
  z.object({ t: z.enum(['none']) }), z.object({ t: z.literal('bool'), v: z.boolean() }), z.object({ t: z.literal('int'), v: z.string().regex(/^-?\d{1,400}$/) }),
  z.object({ t: z.literal('float'), v: z.string() }), z.object({ t: z.enum(['str', 'bytes', 'path']), v: z.string() }), z.object({ t: z.literal('timedelta'), seconds: z.number() }),
  z.object({ t: z.literal('unknown'), why: z.string() }), z.object({ t: z.enum(['list', 'tuple', 'set', 'dict']), items: z.array(z.unknown()) }),
])

function fromJson(given: unknown, depth: number): Py {
  const parsed = scalar.safeParse(given)
  if (!parsed.success || depth > 14) return unknown('it was not told')
  const { data } = parsed
  switch (data.t) {
    case 'int': return { t: 'int', v: BigInt(data.v) }
    case 'float': return { t: 'float', v: data.v === 'inf' ? Infinity : data.v === '-inf' ? -Infinity : Number(data.v) }
    case 'list': return list(data.items.map((item) => fromJson(item, depth + 1)))
    case 'set': return set(data.items.map((item) => fromJson(item, depth + 1)))
    case 'tuple': return tuple(data.items.map((item) => fromJson(item, depth + 1)))
    case 'dict': return { t: 'dict', cell: { entries: new Map(data.items.map((pair, index) => toEntry(pair, index, depth))), spoiled: null } }
    case 'unknown': return unknown(data.why)
    default: return data
  }
}

function toEntry(pair: unknown, index: number, depth: number): [string, { key: Py; value: Py }] {
  const [key, value] = Array.isArray(pair) ? pair.map((item: unknown) => fromJson(item, depth + 1)) : []
  const known = key ?? unknown('a key')
  return [keyOf(known) ?? `#${index}`, { key: known, value: value ?? unknown('it was not told') }]
}
