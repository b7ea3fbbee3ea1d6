import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { CleanupAction } from '../../../shared/model/cleanup.ts'
import type { Sentence } from '../../../shared/model/session.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { parseNotation } from '../../../shared/values/notation.ts'
import type { AuditedLoss } from '../codecs/decoder.ts'
import { encoderForNew } from '../sessions/encode-like.ts'
import { layerSource } from '../sessions/pair-inspect.ts'
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
  assertEncodable(copyTo)
}

/** Whether the other store can be given a session at all: by its form and its key, each of its layers. */
function assertEncodable({ source, table }: CleanupTarget): void {
  for (const layer of source.cache === undefined ? [source] : [layerSource(source, 'db'), layerSource(source, 'cache')]) {
    try {
      encoderForNew(layer, 0, 0)
    } catch (error) {
      if (error instanceof CoatcheckError) throw new CoatcheckError(error.code, reason('cleanup.copyRefused', { store: table, reason: error.reason }), error.next === null ? {} : { hint: error.next }, error)
      throw error
    }
  }
}

/** Whether what is copied there becomes JSON. */
export function writesJson(copyTo: CleanupTarget | null): boolean {
  if (copyTo === null) return false
  const { source } = copyTo
  return [layerSource(source, 'db'), ...(source.cache === undefined ? [] : [layerSource(source, 'cache')])].some((layer) => encoderForNew(layer, 0, 0).serializer === 'json')
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
export function skipOf(action: CleanupAction, { row, audited }: Match): Sentence | null {
  if (action.kind === 'delete' || (action.kind === 'expire' && action.expiry.kind === 'now')) return null
  if (row.topLevelKeys === null) return { id: 'cleanup.skips.unreadable', params: {} }
  if (action.kind === 'extend' && row.expireDate === null) return { id: 'cleanup.skips.endless', params: {} }
  if (action.kind === 'copy') return lossOf((audited?.losses ?? []).filter(({ effect }) => effect === 'fails'))
  if (action.kind !== 'to-json') return null
  if (audited?.isPickle === false) return { id: 'cleanup.skips.isJson', params: {} }
  return lossOf(audited?.losses ?? [])
}

export interface JsonLoss {
  readonly id: 'cleanup.skips.jsonFails' | 'cleanup.skips.jsonChanges'
  readonly params: { readonly path: string; readonly type: string }
}

/** What JSON would not carry, the worst of it; null: it carries all. */
export function lossOf(losses: readonly AuditedLoss[]): JsonLoss | null {
  const worst = losses.find(({ effect }) => effect === 'fails') ?? losses.find(({ effect }) => effect === 'changes')
  return worst === undefined ? null : { id: worst.effect === 'fails' ? 'cleanup.skips.jsonFails' : 'cleanup.skips.jsonChanges', params: { path: worst.path, type: worst.type } }
}
