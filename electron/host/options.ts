import { isAbsolute, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import { DEMO } from '../../shared/demo.ts'
import type { PlaceSecrets } from '../../shared/model/source.ts'
import type { LoopbackAddress } from './host.ts'

export interface HostArguments {
  /** What to open at once: a path, made absolute, or a URL. null: the welcome screen. */
  readonly source: string | null
  readonly port: number
  readonly address: LoopbackAddress
  /** Whether to open a window when there is a display. */
  readonly open: boolean
  /** null: the usual place. */
  readonly dataFolder: string | null
  /** Of the source, from the variables that `--password-env` and `--sentinel-password-env` name. */
  readonly secrets: PlaceSecrets
}

/** @throws REQUEST_INVALID with the reason */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv): HostArguments {
  const { values, positionals } = parse(args)
  const [source = null, ...more] = positionals
  if (more.length > 0) throw invalid('Only one source can be opened at the start.')
  return {
    source: source === null ? null : absolute(source),
    port: readPort(values.port),
    address: readAddress(values.host),
    open: values['no-open'] !== true,
    dataFolder: values['data-folder'] ?? env['COATCHECK_DATA_FOLDER'] ?? null,
    secrets: { ...readSecret('password', values['password-env'], env), ...readSecret('sentinelPassword', values['sentinel-password-env'], env) },
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'port': { type: 'string' },
        'host': { type: 'string' },
        'no-open': { type: 'boolean' },
        'data-folder': { type: 'string' },
        'password-env': { type: 'string' },
        'sentinel-password-env': { type: 'string' },
      },
    })
  } catch (error) {
    throw invalid(error instanceof Error ? error.message.replace(/\.? To specify.*$/s, '.') : String(error))
  }
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 0
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw invalid(`--port takes a number from 0 to 65535, not "${text}".`)
  return port
}

function readSecret(name: keyof PlaceSecrets, variable: string | undefined, env: NodeJS.ProcessEnv): PlaceSecrets {
  if (variable === undefined) return {}
  if (env[variable] !== undefined) return { [name]: env[variable] }
  throw invalid(`The environment has no variable ${variable}.`, 'Export it.')
}

function readAddress(text: string | undefined): LoopbackAddress {
  if (text === undefined || text === '127.0.0.1' || text === '::1') return text ?? '127.0.0.1'
  throw invalid('Coatcheck answers on this machine only: --host takes 127.0.0.1 or ::1.', 'To reach it from elsewhere, forward the port with ssh -L, with the same number on both sides.')
}

function absolute(source: string): string {
  return source === DEMO || isAbsolute(source) || /^[a-z][a-z0-9+]*:\/\//i.test(source) ? source : resolve(source)
}

function invalid(message: string, hint?: string): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', verbatim(message), hint === undefined ? {} : { hint: verbatim(hint) })
}
