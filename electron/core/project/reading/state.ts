import type { SettingOrigin } from '../../../../shared/model/project.ts'
import type { Py } from './values.ts'

export interface Binding {
  readonly value: Py
  readonly at: SettingOrigin
}

/** Names of one module. */
export interface Scope {
  readonly module: string
  readonly names: Map<string, Binding>
  /** Something that is not followed may have bound or changed any name, and may do so again. */
  doubt: string | null
  /** Names that an escaped function reads: what is bound to one escapes. */
  readonly exposed: Map<string, string>
  /** Names that an escaped function binds: nothing is known of them any more. */
  readonly unstable: Map<string, string>
  /** The module has run to its end. */
  complete: boolean
}

/** All that Python would hold while settings are read: modules, and the environment of the process. */
export interface State {
  readonly modules: Map<string, Scope>
  readonly environ: Map<string, Py>
  /** Something that is not followed may have changed the environment, and may do so again. */
  environDoubt: string | null
  /** Entries that settings added to `sys.path`. */
  pathDoubt: string | null
}

export function createState(environment: Readonly<Record<string, string>>): State {
  const environ = new Map(Object.entries(environment).map(([name, v]): [string, Py] => [name, { t: 'str', v, from: { kind: 'environment', name }, env: [name] }]))
  return { modules: new Map(), environ, environDoubt: null, pathDoubt: null }
}

export function createScope(module: string): Scope {
  return { module, names: new Map(), doubt: null, exposed: new Map(), unstable: new Map(), complete: false }
}
