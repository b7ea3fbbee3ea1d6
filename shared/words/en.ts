import { cli } from './en/cli.ts'
import { changes } from './en/changes.ts'
import { errors } from './en/errors.ts'
import { foreign } from './en/foreign.ts'
import { sources } from './en/sources.ts'
import { states } from './en/states.ts'
import { verdicts } from './en/verdicts.ts'
import { welcome } from './en/welcome.ts'
import { workbench } from './en/workbench.ts'

/** English, the first language: every text of every face. One file for each room of the house. */
export const en = {
  cli,
  changes,
  errors,
  foreign,
  sources,
  states,
  verdicts,
  welcome,
  workbench,
} as const
