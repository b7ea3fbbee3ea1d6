import { CoatcheckError } from '../../../shared/errors.ts'
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
  if (placeOf(source) === 'cookie') throw new CoatcheckError('STORE_UNSUPPORTED', 'Sessions of signed_cookies are in browsers: nothing here can end them.', { hint: 'A new SECRET_KEY, without the old one in SECRET_KEY_FALLBACKS, ends all of them.' })
  if (action.kind === 'delete' && !capabilities.delete && !target.isLocked) throw new CoatcheckError('STORE_UNSUPPORTED', `Nothing can be deleted from ${table}.`, { hint: 'The store has no way to do that.' })
  const isSigned = source.payload.kind === 'session-text'
  if (action.kind === 're-sign' && !isSigned) throw new CoatcheckError('STORE_UNSUPPORTED', 'The values of a cache carry no signature.', { hint: 'There is nothing to sign anew.' })
  if (action.kind === 'to-json' && !isSigned) throw new CoatcheckError('STORE_UNSUPPORTED', 'How a cache writes its values is a setting of the cache, not of the session.', { hint: 'SESSION_SERIALIZER has no part in it. Change the serializer of the cache (OPTIONS in CACHES): it writes anew what the site saves, and the rest ends by itself.' })
  if (isSigned && writesData(action) && source.keyring[0] === undefined) throw new CoatcheckError('SIGNATURE_KEY_MISSING', 'New data needs a signature, and no secret key is known.', { hint: 'Give the SECRET_KEY of this site.' })
  if (action.kind === 'set-key') readValue(action.value)
  if (action.kind !== 'copy') return
  if (copyTo === null) throw new CoatcheckError('REQUEST_INVALID', 'The store to copy to is not open.', { hint: 'Open it, then make the dry run again.' })
  if (copyTo.sourceId === target.sourceId) throw new CoatcheckError('REQUEST_INVALID', 'A store is not copied to itself.', { hint: 'Choose another store of the project.' })
  if (placeOf(copyTo.source) === 'cookie') throw new CoatcheckError('STORE_UNSUPPORTED', 'Sessions of signed_cookies are in browsers: there is no place to copy to.')
  assertEncodable(copyTo)
}

/** Whether the other store can be given a session at all: by its form and its key, each of its layers. */
function assertEncodable({ source, table }: CleanupTarget): void {
  for (const layer of source.cache === undefined ? [source] : [layerSource(source, 'db'), layerSource(source, 'cache')]) {
    try {
      encoderForNew(layer, 0, 0)
    } catch (error) {
      if (error instanceof CoatcheckError) throw new CoatcheckError(error.code, `Nothing can be copied to ${table}: ${error.message}`, error.details, error)
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
  if (!parsed.ok) throw new CoatcheckError('DATA_INVALID', parsed.message, { position: parsed.position, hint: 'Correct the value.' })
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

/** What JSON would not carry, the worst of it; null: it carries all. */
export function lossOf(losses: readonly AuditedLoss[]): Sentence | null {
  const worst = losses.find(({ effect }) => effect === 'fails') ?? losses.find(({ effect }) => effect === 'changes')
  return worst === undefined ? null : { id: worst.effect === 'fails' ? 'cleanup.skips.jsonFails' : 'cleanup.skips.jsonChanges', params: { path: worst.path, type: worst.type } }
}
