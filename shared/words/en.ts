import { errors } from './en/errors.ts'
import { sources } from './en/sources.ts'
import { states } from './en/states.ts'
import { welcome } from './en/welcome.ts'
import { workbench } from './en/workbench.ts'

/** English, the first language: every text of every face. One file for each room of the house. */
export const en = {
  errors,
  sources,
  states,
  welcome,
  workbench,
} as const
