import { fstatSync, futimesSync } from 'node:fs'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { EpochMicros } from '../../../../shared/model/session.ts'

/** The time of a file in the microseconds that Python sees: `st_mtime` is a float, and `datetime.fromtimestamp` rounds it half to even. */
export function pythonMicros(mtimeNs: bigint): EpochMicros {
  const seconds = mtimeNs >= 0n ? mtimeNs / 1_000_000_000n : -((-mtimeNs + 999_999_999n) / 1_000_000_000n)
  const asFloat = Number(seconds) + 1e-9 * Number(mtimeNs - seconds * 1_000_000_000n)
  const whole = Math.trunc(asFloat)
  return whole * 1_000_000 + roundHalfEven((asFloat - whole) * 1_000_000)
}

/**
 * Sets the time of an open file to the microsecond.
 * @throws STORE_UNSUPPORTED where the file system cannot keep it, or it is before 1970
 */
export function setMtime(fd: number, mtime: EpochMicros): void {
  // Node takes a float of seconds and may cut it short: half a microsecond more then lands on the right one.
  for (const nudge of mtime < 0 ? [] : [0, 0.5]) {
    const seconds = (mtime + nudge) / 1_000_000
    futimesSync(fd, seconds, seconds)
    if (pythonMicros(fstatSync(fd, { bigint: true }).mtimeNs) === mtime) return
  }
  throw new CoatcheckError('STORE_UNSUPPORTED', 'files.timeOutOfReach', { hint: 'next.laterEnd' })
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor
}
