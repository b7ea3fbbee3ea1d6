import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { CleanupAction } from '../../../shared/model/cleanup.ts'
import type { Sentence } from '../../../shared/model/session.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { parseNotation } from '../../../shared/values/notation.ts'
import { placeOf } from '../sessions/session-source.ts'
import type { CleanupTarget } from './cleanup-target.ts'
import type { Match } from './find-matches.ts'

/** @throws STORE_UNSUPPORTED, SIGNATURE_KEY_MISSING, REQUEST_INVALID for what cannot be done there, whichever sessions fit */
export function assertPossible(target: CleanupTarget, action: CleanupAction, copyTo: CleanupTarget | null): void {
  const { source, capabilities, table } = target
  if (placeOf(source) === 'cookie') throw new CoatcheckError('STORE_UNSUPPORTED', 'cleanup.signedCookies', { hint: 'next.endAllCookies' })
  if (action.kind === 'delete' && !capabilities.delete && !target.isLocked) throw new CoatcheckError('STORE_UNSUPPORTED', reason('sessions.noDelete', { table }), { hint: 'next.noWay' })
  const isSigned = source.payload.kind === 'session-text'
  if (action.kind === 're-sign' && !isSigned) throw new CoatcheckError('STORE_UNSUPPORTED', 'cleanup.noSignature', { hint: 'next.nothingToSign' })
  if (action.kind === 'to-json' && !isSigned) throw new CoatcheckError('STORE_UNSUPPORTED', 'cleanup.cacheSetting', { hint: 'next.cacheSerializer' })
  if (isSigned && writesData(action) && source.keyring[0] === undefined) throw new CoatcheckError('SIGNATURE_KEY_MISSING', 'sessions.needsKey', { hint: 'next.giveKey' })
  if (action.kind === 'set-key') readValue(action.value)
  if (action.kind !== 'copy') return
  if (copyTo === null) throw new CoatcheckError('REQUEST_INVALID', 'cleanup.copyNotOpen', { hint: 'next.openThenDryRun' })
  if (copyTo.sourceId === target.sourceId) throw new CoatcheckError('REQUEST_INVALID', 'cleanup.copyToItself', { hint: 'next.otherStore' })
  if (placeOf(copyTo.source) === 'cookie') throw new CoatcheckError('STORE_UNSUPPORTED', 'cleanup.copyToCookies')
}

/** @throws DATA_INVALID with the place where the text goes wrong */
export function readValue(notation: string): DataNode {
  const parsed = parseNotation(notation)
  if (!parsed.ok) throw new CoatcheckError('DATA_INVALID', { id: `verdicts.problems.${parsed.reason}`, params: {} }, { position: parsed.position, hint: 'next.correctValue' })
  return parsed.node
}

function writesData({ kind }: CleanupAction): boolean {
  return kind === 'set-key' || kind === 'remove-key' || kind === 're-sign' || kind === 'to-json'
}

/** Why this session will be left as it is, as far as it shows beforehand; null: it will be done. */
export function skipOf(action: CleanupAction, { row, losses }: Match): Sentence | null {
  if (action.kind === 'delete' || (action.kind === 'expire' && action.expiry.kind === 'now')) return null
  if (row.topLevelKeys === null) return { id: 'cleanup.skips.unreadable', params: {} }
  if (action.kind === 'extend' && row.expireDate === null) return { id: 'cleanup.skips.endless', params: {} }
  if (action.kind !== 'to-json') return null
  if (row.serializer !== 'pickle') return { id: 'cleanup.skips.isJson', params: {} }
  const worst = losses?.find(({ effect }) => effect === 'fails') ?? losses?.find(({ effect }) => effect === 'changes')
  if (worst === undefined) return null
  return { id: worst.effect === 'fails' ? 'cleanup.skips.jsonFails' : 'cleanup.skips.jsonChanges', params: { path: worst.path, type: worst.type } }
}
