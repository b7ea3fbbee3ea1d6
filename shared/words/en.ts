import { errors } from './en/errors.ts'

/** English, the first language: every text of every face. One file for each room of the house. */
export const en = {
  errors,
} as const
