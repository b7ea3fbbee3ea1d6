import type { Sentence } from '../../../shared/model/session.ts'
import type { WhyCheck, WhyReport } from '../../../shared/model/why.ts'
import { parseNotation } from '../../../shared/values/notation.ts'
import type { ReadSession } from './inspect.ts'
import { decodeContext, placeOf, toMicros } from './session-source.ts'
import type { WhySite } from './why.ts'
import { askLogin, explainLogin, toReport } from './why.ts'

/** A cookie as a browser sends it. */
export interface SentCookie {
  readonly name: string
  readonly value: string
}

const say = (id: string, params: Sentence['params'] = {}): Sentence => ({ id: `why.detail.${id}`, params })

/** `_validate_session_key` (django/contrib/sessions/backends/base.py): a shorter one counts as none. */
const SHORTEST_KEY = 8
const SIGNED = /^\.?[A-Za-z0-9_-]*:[0-9A-Za-z]+:[A-Za-z0-9_-]{43}$/
const SERVER_KEY = /^[a-z0-9]{32}$/

/** The same questions of what a browser sends: first whether it holds what this site looks for. */
export async function explainCookies(site: WhySite, cookies: readonly SentCookie[], now: number, signal: AbortSignal): Promise<WhyReport> {
  const { cookieName } = site.source.settings
  // Of two with one name Django takes the last (django/http/cookie.py).
  const sent = cookies.findLast(({ name }) => name === cookieName)
  if (sent === undefined) {
    const names = [...new Set(cookies.map(({ name }) => name))].join(', ')
    return toReport([{ id: 'cookie', ok: false, detail: say('cookieOther', { names, cookie: cookieName }) }], site, null)
  }
  const [there, key] = [{ id: 'cookie', ok: true, detail: say('cookieThere', { cookie: cookieName }) } as const, keyCheck(site, sent.value)]
  if (key.ok === false) return toReport([there, key], site, null)
  if (placeOf(site.source) === 'cookie') return explainSigned(site, sent.value, [there, key], now, signal)
  const report = await explainLogin(site, sent.value, now, signal)
  return { ...report, checks: [there, key, ...report.checks] }
}

function keyCheck({ source }: WhySite, value: string): WhyCheck {
  const inCookie = placeOf(source) === 'cookie'
  if (value.length < SHORTEST_KEY) return { id: 'key', ok: false, detail: say('keyShort', { length: value.length }) }
  if (inCookie && SERVER_KEY.test(value)) return { id: 'key', ok: false, detail: say('keyOfServer') }
  if (!inCookie && SIGNED.test(value)) return { id: 'key', ok: false, detail: say('keySigned', { engine: source.settings.engine }) }
  return { id: 'key', ok: true, detail: say(inCookie ? 'keyIsSession' : 'keyIsKey') }
}

/** The session is in the cookie: no store is asked. */
async function explainSigned(site: WhySite, value: string, before: readonly WhyCheck[], now: number, signal: AbortSignal): Promise<WhyReport> {
  const data = Buffer.from(value, 'utf8')
  const text = await site.source.decoder.decode(data, decodeContext(site.source, now), signal)
  const parsed = text.data === null ? null : parseNotation(text.data)
  const key = site.source.settings.cookieName
  const session: ReadSession = {
    stored: { key, data, expireDate: text.goodUntil === null ? null : toMicros(text.goodUntil), etag: '', physical: [], image: { key, columns: {} } },
    text, data: parsed?.ok === true ? parsed.node : null,
  }
  return toReport([...before, ...(await askLogin(site, { key, session }, now, signal))], site, null)
}
