import type { Source } from '../../../shared/model/source.ts'

/** Characters of a session key that are shown while keys are masked: enough to recognise it, too few to use it. */
const SHOWN = 6

/** The part of a session key that may be shown. A short key, which Django does not make, shows at most half. */
export function maskKey(key: string): string {
  return [...key].slice(0, Math.min(SHOWN, Math.floor([...key].length / 2))).join('')
}

/** Whoever has a session's key has the session; in a jar the key only names a cookie. */
export function isKeySecret({ engine }: Pick<Source, 'engine'>): boolean {
  return engine !== 'signed_cookies'
}
