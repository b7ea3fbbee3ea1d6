import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** Whether lines can be read from standard input without the system stopping this process for it. */
export function canReadLines(): boolean {
  return process.stdin.isTTY !== true || isForeground()
}

/** A background job (`npm start &`) that reads from its terminal is stopped by the system. */
function isForeground(): boolean {
  if (process.platform !== 'linux') return true
  try {
    // proc(5): the fields after "(name) state" are ppid, pgrp, session, tty_nr, tpgid.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
    return fields[2] === fields[5]
  } catch {
    return true
  }
}

/** Calls back for every line. Never keeps the process alive. */
export function onLine(callback: () => void): () => void {
  const lines = createInterface({ input: process.stdin })
  lines.on('line', callback)
  process.stdin.on('error', () => lines.close())
  if ('unref' in process.stdin) process.stdin.unref()
  return () => {
    lines.close()
    process.stdin.destroy()
  }
}
