import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { isWithin } from '../files.ts'

/** What tools of this machine go by. */
export interface Machine {
  readonly home: string
  /** Of whoever started the program. */
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
}

export function thisMachine(): Machine {
  return { home: homedir(), env: process.env, platform: process.platform }
}

/**
 * A place that a file of the project names. null: it is neither within the project nor in the user's home, and not looked at: to look
 * at some places of a machine (an automounter's, a share's) is to connect to another.
 */
export function placeNamed(path: string, folder: string, { home }: Machine): string | null {
  const spelled = path.startsWith('~/') ? join(home, path.slice(2)) : path
  const place = isAbsolute(spelled) ? resolve(spelled) : resolve(folder, spelled)
  return isWithin(folder, place) || isWithin(home, place) ? place : null
}
