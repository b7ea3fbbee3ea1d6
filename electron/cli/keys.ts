import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { PlaceSecrets, SigningKeys } from '../../shared/model/source.ts'

export interface KeyOptions {
  readonly secretKeyEnv?: string
  readonly secretKeyFile?: string
  readonly passwordEnv?: string
  readonly sentinelPasswordEnv?: string
  readonly cachePasswordEnv?: string
}

/** Of the store that a copy goes to. */
export interface CopyToOptions {
  readonly toSecretKeyEnv?: string
  readonly toSecretKeyFile?: string
  readonly toPasswordEnv?: string
}

const DEFAULT_NAME = 'COATCHECK_SECRET_KEY'
const fallbackList = z.array(z.string())

/**
 * Keys come by environment or file, never as an argument: every user of the machine can read arguments.
 * undefined: none given, so that the source's own are used.
 * @throws REQUEST_INVALID when a place that was named holds no key
 */
export function readKeys(options: KeyOptions, env: NodeJS.ProcessEnv): SigningKeys | undefined {
  const secretKey = options.secretKeyFile === undefined ? fromEnvironment(options.secretKeyEnv, env) : fromFile(options.secretKeyFile)
  const fallbacks = readFallbacks(env['COATCHECK_SECRET_KEY_FALLBACKS'])
  return secretKey === null && fallbacks.length === 0 ? undefined : { secretKey, fallbacks }
}

/** Key and password of the store that a copy goes to: nobody is told what is another's. Without them it has its own, or none. */
export function readCopyTo({ toSecretKeyEnv, toSecretKeyFile, toPasswordEnv }: CopyToOptions, env: NodeJS.ProcessEnv): PlaceSecrets & { readonly keys?: SigningKeys } {
  const secretKey = toSecretKeyFile !== undefined ? fromFile(toSecretKeyFile) : toSecretKeyEnv === undefined ? null : fromEnvironment(toSecretKeyEnv, env)
  return { ...readSecret('password', toPasswordEnv, env), ...(secretKey === null ? {} : { keys: { secretKey, fallbacks: [] } }) }
}

function fromEnvironment(name: string | undefined, env: NodeJS.ProcessEnv): string | null {
  const value = env[name ?? DEFAULT_NAME]
  if (value !== undefined && value !== '') return value
  if (name === undefined) return null
  throw new CoatcheckError('REQUEST_INVALID', verbatim(`The environment has no variable ${name}.`), { hint: verbatim('Export it, or use --secret-key-file.') })
}

/**
 * Passwords of a server, of its Sentinels and of the cache of a pair, each from the variable that its option names.
 * @throws REQUEST_INVALID when there is no such variable
 */
export function readSecrets({ passwordEnv, sentinelPasswordEnv, cachePasswordEnv }: KeyOptions, env: NodeJS.ProcessEnv): PlaceSecrets {
  return { ...readSecret('password', passwordEnv, env), ...readSecret('sentinelPassword', sentinelPasswordEnv, env), ...readSecret('cachePassword', cachePasswordEnv, env) }
}

function readSecret<Name extends keyof PlaceSecrets>(name: Name, variable: string | undefined, env: NodeJS.ProcessEnv): PlaceSecrets {
  if (variable === undefined) return {}
  const value = env[variable]
  if (value !== undefined) return { [name]: value }
  throw new CoatcheckError('REQUEST_INVALID', verbatim(`The environment has no variable ${variable}.`), { hint: verbatim('Export it.') })
}

function fromFile(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CoatcheckError('REQUEST_INVALID', verbatim('The file of --secret-key-file cannot be read.'), { hint: verbatim('Check its path and its permissions.'), subject: file }, error)
  }
  const key = text.replace(/\r?\n$/, '')
  if (key === '') throw new CoatcheckError('REQUEST_INVALID', verbatim('The file of --secret-key-file is empty.'), { subject: file })
  return key
}

function readFallbacks(text: string | undefined): string[] {
  if (text === undefined || text === '') return []
  try {
    return fallbackList.parse(JSON.parse(text))
  } catch (error) {
    throw new CoatcheckError('REQUEST_INVALID', verbatim('COATCHECK_SECRET_KEY_FALLBACKS is not a JSON array of texts.'), { hint: verbatim('For example: ["old-key"]') }, error)
  }
}
