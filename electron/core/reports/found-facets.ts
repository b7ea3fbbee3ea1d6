import type { SessionSearchPage } from '../../../shared/model/session.ts'
import { whyNotJudged } from '../sessions/logins.ts'
import type { SearchQuery } from '../sessions/search.ts'
import { searchSessions } from '../sessions/search.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { toMicros } from '../sessions/session-source.ts'
import { CommonTally } from './common-tally.ts'
import { everyMs } from './every-ms.ts'

const TELL_EVERY_MS = 250

/** A search that also tells what the found sessions have in common: they are read for the table anyway, so that this costs no second walk. */
export async function* searchWithFacets(source: SessionSource, query: SearchQuery, now: number, signal: AbortSignal): AsyncGenerator<SessionSearchPage> {
  const loginUnknown = await whyNotJudged(source, signal)
  const tally = new CommonTally(source, toMicros(now), loginUnknown)
  const due = everyMs(TELL_EVERY_MS)
  let isTold = false
  for await (const page of searchSessions(source, { ...query, withLogins: true }, now, signal)) {
    for (const row of page.rows) tally.add(row)
    // The first ones found are told at once: nobody reads "0 found" beside them.
    const tells: boolean = page.done || due() || (!isTold && page.found > 0)
    isTold ||= tells
    yield tells ? { ...page, facets: tally.told() } : page
  }
}
