import type { TrashBundle, TrashedSession } from '../../../shared/model/trash.ts'
import { say } from '../../../shared/words/say.ts'
import { isoTime, wholeSeconds } from './json.ts'
import { printable } from './text.ts'

export const TRASH_HEAD = ['REMOVED'.padEnd(20), 'FORGOTTEN'.padEnd(20), 'LIFE LEFT'.padStart(10), 'SIZE'.padStart(8), 'USER'.padEnd(12), 'SOURCE'.padEnd(20), 'RUN'.padEnd(16), 'KEY'].join('  ')

export function trashLine(session: TrashedSession, bundle: TrashBundle): string {
  return [
    (wholeSeconds(bundle.removedAt * 1000) ?? '–').padEnd(20),
    (bundle.keptUntil === null ? '–' : (wholeSeconds(bundle.keptUntil * 1000) ?? '–')).padEnd(20),
    lifeText(session).padStart(10),
    String(session.sizeBytes).padStart(8),
    printable(userText(session)).padEnd(12),
    printable(bundle.sourceName).padEnd(20),
    bundle.id.padEnd(16),
    printable(session.key),
  ].join('  ')
}

/** One line of `trash --json`; docs/cli.md. */
export function trashJson({ key, userId, owner, sizeBytes, expireDate, remainingSeconds }: TrashedSession, { id, sourceName, removedAt, keptUntil, sentences }: TrashBundle): Record<string, unknown> {
  return {
    key, source: sourceName, run: id, why: sentences.map((sentence) => say(sentence)).join(' '), removedAt: isoTime(removedAt * 1000), keptUntil: keptUntil === null ? null : isoTime(keptUntil * 1000),
    owner: userId === null ? null : { id: userId, username: owner?.username ?? null }, sizeBytes, expireDate: isoTime(expireDate), remainingSeconds,
  }
}

function lifeText({ remainingSeconds }: TrashedSession): string {
  if (remainingSeconds === null) return 'no end'
  return remainingSeconds <= 0 ? 'ended' : `${remainingSeconds} s`
}

/** As in the table of `list`: `?` where the data cannot be read, and after a name that no signature vouches for. */
function userText({ userId, owner, topLevelKeys, signature }: TrashedSession): string {
  if (userId === null) return topLevelKeys === null ? '?' : '–'
  return `${owner?.username ?? `#${userId}`}${signature.state === 'bad' ? '?' : ''}`
}
