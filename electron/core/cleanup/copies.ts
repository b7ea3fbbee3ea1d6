import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { KeyOutcome } from '../../../shared/model/change.ts'
import type { DictNode } from '../../../shared/values/node.ts'
import { formatNotation } from '../../../shared/values/notation.ts'
import { encoderForNew } from '../sessions/encode-like.ts'
import { endOf, readSession, userId } from '../sessions/inspect.ts'
import { layerSource } from '../sessions/pair-inspect.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { toMicros } from '../sessions/session-source.ts'
import type { NewSession } from '../stores/session-store.ts'
import type { Rest } from './journal.ts'
import type { ActionPlace, ActionWork } from './part-work.ts'
import { OF_ONE, UNSTOPPED } from './part-work.ts'
import type { Target } from './target-list.ts'

const AT_ONCE = 50

/** Copying into another store, under the same keys, in that store's form, with the same end. */
export function copies(place: ActionPlace): ActionWork {
  const to = (): SessionSource => place.copyTo().source

  async function prepareOne({ key, ifEtag }: Target): Promise<NewSession | Rest[number]> {
    const source = place.source().source
    const session = await readSession(source, key, place.now, UNSTOPPED)
    if (session === null) return [0, 'gone', null]
    if (session.stored.etag !== ifEtag) return [0, 'conflict', null]
    if (session.data?.kind !== 'dict') return [0, 'skipped', { id: 'cleanup.skips.unreadable', params: {} }]
    const { at } = endOf(source, session, place.now)
    const end = at ?? toMicros(place.now) + to().settings.cookieAgeSeconds * 1_000_000
    if (end <= toMicros(place.now)) return [0, 'skipped', { id: 'cleanup.skips.ended', params: {} }]
    try {
      return await newSession(to(), key, session.data, end, place.now)
    } catch (error) {
      if (error instanceof CoatcheckError && OF_ONE.includes(error.code)) return [0, 'skipped', error.reason]
      throw error
    }
  }

  return {
    async prepare(part, targets) {
      const made: (NewSession | Rest[number])[] = []
      for (let from = 0; from < targets.length; from += AT_ONCE) made.push(...(await Promise.all(targets.slice(from, from + AT_ONCE).map(prepareOne))))
      const attempt = made.flatMap((one, index) => ('key' in one ? [index] : []))
      return {
        intent: { part, did: 'create', etags: made.map(() => null), images: null, before: null, after: [] },
        rest: made.flatMap((one, index): Rest => ('key' in one ? [] : [[index, one[1], one[2]]])),
        attempt,
        run: () => inTurns(made.filter((one) => 'key' in one), (one) => to().store.create(one, UNSTOPPED)),
      }
    },
    // Made only where nothing stands: to try again does nothing twice. What stands there may be ours, and is not told to be.
    recover: async (_, targets) => ({ done: new Map(), rest: [], again: targets.map((_, index) => index) }),
    async undo({ result }, targets, indexes, pace) {
      const known = indexes.filter((index) => typeof result?.etags[index] === 'string')
      const outcomes = await to().store.deleteMany(known.map((index) => ({ key: targets[index]?.key ?? '', ifEtag: result?.etags[index] ?? '' })), UNSTOPPED, pace)
      return indexes.map((index): KeyOutcome => outcomes[known.indexOf(index)] ?? { key: targets[index]?.key ?? '', outcome: 'unknown', etag: null, reason: reason('cleanup.copyUnknown') })
    },
  }
}

/** One layer, or both, as that site's Django writes them. */
async function newSession(to: SessionSource, key: string, dict: DictNode, end: number, now: number): Promise<NewSession> {
  const data = formatNotation(dict, { interchange: false })
  const one = async (layer: SessionSource): Promise<Pick<NewSession, 'data' | 'flags' | 'expireDate'>> => ({ ...(await encoderForNew(layer, now, end).encode(data, UNSTOPPED)), expireDate: end })
  const engine = to.settings.engine === 'cached_db' ? 'cached_db' : 'cache'
  const row = await one(layerSource(to, 'db'))
  return { ...row, key, userId: userId(dict), engine, ...(to.cache === undefined ? {} : { cache: await one(layerSource(to, 'cache')) }) }
}

async function inTurns<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (let from = 0; from < items.length; from += AT_ONCE) results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))))
  return results
}
