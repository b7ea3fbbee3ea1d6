import type { CleanupAction, CleanupLayer, CleanupRetention, CleanupRule, ClearSessions, UndoForecast } from '../../../shared/model/cleanup.ts'
import type { Sentence } from '../../../shared/model/session.ts'
import type { CleanupTarget } from './cleanup-target.ts'
import type { DryRunFacts } from './dry-run-facts.ts'

const say = (id: string, params: Sentence['params'] = {}): Sentence => ({ id: `cleanup.${id}`, params })

/** Of each before-image, beside its bytes. */
const IMAGE_BYTES = 120
/** What zstd leaves of session data, at the least favourable: signed text hardly shrinks. */
const PACKED = 0.8

export function ruleSentence(rule: CleanupRule): Sentence {
  switch (rule.kind) {
    case 'older-than':
      return say('rules.olderThan', { days: Math.round(rule.seconds / 8640) / 10 })
    case 'owners':
      return say('rules.owners', { users: rule.users.join(', ') })
    case 'keep-newest':
      return say('rules.keepNewest', { count: rule.count })
    case 'size-over':
      return say('rules.sizeOver', { bytes: rule.bytes })
    case 'query':
      return say('rules.query', { where: rule.where })
    case 'selection':
      return say('rules.selection', { count: rule.sessions.length })
    default:
      return say(`rules.${rule.kind}`)
  }
}

export function actionSentence(action: CleanupAction, copyTo: CleanupTarget | null): Sentence {
  switch (action.kind) {
    case 'expire':
      return say(action.expiry.kind === 'now' ? 'actions.expireNow' : 'actions.expire')
    case 'extend':
      return say('actions.extend', { hours: Math.round(action.seconds / 360) / 10 })
    case 'set-key':
      return say('actions.setKey', { name: action.name })
    case 'remove-key':
      return say('actions.removeKey', { name: action.name })
    case 're-sign':
      return say('actions.reSign')
    case 'to-json':
      return say('actions.toJson')
    case 'copy':
      return say('actions.copy', { store: copyTo?.table ?? '' })
    case 'delete':
      return say('actions.delete')
  }
}

const MANY = { row: 'rows', key: 'keys', item: 'items', entry: 'entries', file: 'files' } as const

export function layersOf({ target, copyTo, action, rules }: { readonly target: CleanupTarget; readonly copyTo: CleanupTarget | null; readonly action: CleanupAction; readonly rules: readonly CleanupRule[] }, count: number): readonly CleanupLayer[] {
  const layer = (place: CleanupLayer['layer'], id: string, params: Sentence['params'], written = true): CleanupLayer => ({ layer: place, sentence: { id: `changes.layers.${id}`, params }, written })
  const cookie = layer('cookie', 'cookieKey', {}, false)
  if (copyTo !== null) return [{ layer: copyTo.place, sentence: say('layers.copied', { store: copyTo.table, count }), written: true }, { layer: target.place, sentence: say('layers.kept', { store: target.table }), written: false }]
  const { cache, table, place } = target
  const copies = cache === null ? [] : action.kind === 'to-json' ? [{ layer: 'cache-copy', sentence: say('layers.copiesAsSet', { cache }), written: false } as const] : [layer('cache-copy', action.kind === 'delete' ? 'copiesDeleted' : 'copiesReplaced', { cache })]
  if (rules.some(({ kind }) => kind === 'ghosts')) return [...copies, { layer: place, sentence: say('layers.noRow', { store: table }), written: false }, cookie]
  return [layer(place, `${MANY[place]}${action.kind === 'delete' ? 'Deleted' : 'Replaced'}`, { table, count }), ...copies, cookie]
}

/** django/contrib/sessions/management/commands/clearsessions.py: `clear_expired` of the engine in use, and what that is. */
export function clearSessions({ source }: CleanupTarget, facts: DryRunFacts): ClearSessions {
  const { matched, over } = facts
  switch (source.settings.engine) {
    case 'db':
      return { wouldRemove: over, sentences: [say('clearsessions.db', { over }), ...rest(matched - over)] }
    case 'cached_db':
      return { wouldRemove: over, sentences: [say('clearsessions.cachedDb', { over }), ...rest(matched - over)] }
    case 'file':
      return { wouldRemove: over, sentences: [say('clearsessions.file', { over }), ...rest(matched - over)] }
    case 'cache':
      return { wouldRemove: 0, sentences: [say('clearsessions.cache')] }
    case 'signed_cookies':
      return { wouldRemove: 0, sentences: [say('clearsessions.cookies')] }
  }
}

const rest = (count: number): readonly Sentence[] => (count > 0 ? [say('clearsessions.others', { count })] : [])

export function undoForecast(action: CleanupAction, { bytes, matched }: DryRunFacts, { retention, protection }: { readonly retention: CleanupRetention; readonly protection: UndoForecast['protection'] }): UndoForecast {
  const limitBytes = retention.megabytes * 1024 * 1024
  const needed = action.kind === 'copy' ? matched * 60 : Math.round((bytes * (action.kind === 'delete' ? 1 : 2) + matched * IMAGE_BYTES) * PACKED)
  const common = { bytes: needed, limitBytes, protection, days: retention.days }
  if (retention.days === 0) return { ...common, kind: 'none', sentence: say('undo.off') }
  const megabytes = Math.max(1, Math.ceil(needed / 1_048_576))
  if (needed > limitBytes) return { ...common, kind: 'partly', sentence: say('undo.partly', { megabytes, limit: retention.megabytes }) }
  return { ...common, kind: 'whole', sentence: say(`undo.${protection === 'file-mode' ? 'fileMode' : protection}`, { megabytes, days: retention.days }) }
}

export function warningsOf({ target, copyTo, rules, action }: { readonly target: CleanupTarget; readonly copyTo: CleanupTarget | null; readonly rules: readonly CleanupRule[]; readonly action: CleanupAction }, facts: DryRunFacts, unread: number): readonly Sentence[] {
  const { clock } = target.source.settings
  const warnings: Sentence[] = []
  if (facts.live > 0 && (action.kind === 'delete' || (action.kind === 'expire' && action.expiry.kind === 'now'))) warnings.push(say('warnings.live', { count: facts.live, users: facts.usersInUse }))
  if (unread > 0) warnings.push(say('warnings.unread', { count: unread }))
  if (target.capabilities.enumerate === 'incomplete') warnings.push(say('warnings.incomplete'))
  if (clock.origin === 'assumed' && target.source.hasNaiveDates && rules.some(({ kind }) => kind === 'expired')) warnings.push({ id: 'changes.checks.assumedClock', params: { zone: clock.useTz ? 'UTC' : clock.timeZone } })
  if (target.cache !== null && action.kind === 'delete' && facts.live > 0 && facts.over > 0) warnings.push(say('warnings.liveCopies'))
  const written = copyTo ?? target
  if (written.readOnlyReason !== null) warnings.push(say(written.isLocked ? 'warnings.locked' : 'warnings.readOnly', { reason: written.readOnlyReason }))
  return warnings
}

/** Why nothing fits: it is explained, with what else could be done. */
export function nothingOf({ source, capabilities }: CleanupTarget, rules: readonly CleanupRule[], examined: number): Sentence {
  if (examined === 0) return say('nothing.empty')
  const only = rules.length === 1 ? rules[0]?.kind : undefined
  if (only === 'expired' && capabilities.expiry === 'ttl') return say('nothing.ttl', { count: examined })
  if (only === 'expired') return say('nothing.expired', { count: examined })
  if (only === 'ghosts') return say('nothing.ghosts', { count: examined })
  if (only === 'undecodable') return say(source.keyring.length === 0 ? 'nothing.undecodableNoKey' : 'nothing.undecodable', { count: examined })
  return say('nothing.other', { count: examined })
}
