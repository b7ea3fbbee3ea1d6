import type { Owner } from '../../../shared/model/owner.ts'
import type { Sentence, SessionKey } from '../../../shared/model/session.ts'
import type { WhyCheck, WhyCheckId, WhyNote, WhyReport } from '../../../shared/model/why.ts'
import type { DataNode, DictNode } from '../../../shared/values/node.ts'
import { getItem } from '../../../shared/values/node.ts'
import { matchAuthHash } from '../codecs/auth-hash.ts'
import { wayOf } from './auth-backend.ts'
import type { BackendWay } from './auth-backend.ts'
import type { ReadSession } from './inspect.ts'
import { endOf, readSession } from './inspect.ts'
import { layerOf, layerSource, readByDjango } from './pair-inspect.ts'
import type { SessionSource } from './session-source.ts'
import { placeOf } from './session-source.ts'
import type { OtherSite } from './why-missing.ts'
import { explainMissing, findSigner } from './why-missing.ts'

const SHOWN_HASH = 6

const say = (id: string, params: Sentence['params'] = {}): Sentence => ({ id: `why.detail.${id}`, params })
const check = (id: WhyCheckId, ok: boolean | null, detail: Sentence): WhyCheck => ({ id, ok, detail })

/** A site whose session it is, and those whose cookies get in its way. */
export interface WhySite {
  /** For people. */
  readonly name: string
  readonly source: SessionSource
  readonly others: readonly OtherSite[]
}

/** Goes through Django's questions in its own order and stops where it does. Nothing is written, not even what Django would flush. */
export async function explainLogin(site: WhySite, key: SessionKey, now: number, signal: AbortSignal): Promise<WhyReport> {
  const session = await readSession(site.source, key, now, signal)
  return toReport(await askLogin(site, { key, session }, now, signal), site, session === null ? null : key)
}

interface Subject {
  readonly key: SessionKey
  readonly session: ReadSession | null
}

export async function askLogin(site: WhySite, subject: Subject, now: number, signal: AbortSignal): Promise<readonly WhyCheck[]> {
  const checks: WhyCheck[] = []
  for await (const one of ask(site, subject, now, signal)) {
    checks.push(one)
    if (one.ok === false) break
  }
  return checks
}

async function* ask({ source, others }: WhySite, { key, session }: Subject, now: number, signal: AbortSignal): AsyncGenerator<WhyCheck> {
  yield check('exists', session !== null, session === null ? await explainMissing(source, key, others, now, signal) : whereItIs(source, session))
  if (session === null) return
  yield inDate(source, session, now)
  const read = readable(session)
  const signer = read.ok === false && placeOf(source) === 'cookie' ? await findSigner(session.stored.data, others, now, signal) : null
  yield signer === null ? read : { ...read, detail: signer }
  const data = session.data?.kind === 'dict' ? session.data : null
  const login = readLogin(data)
  const owner = login.id === null ? null : await findOwner(source, login.id, signal)
  // `_get_user_session_key` comes before all else.
  if (owner?.state === 'no-key') {
    yield check('user', false, say('userNoKey', { id: owner.id }))
    return
  }
  yield check('login', login.id !== null && login.backend !== null, login.id === null ? say('anonymous') : login.backend === null ? say('noBackend', { id: login.id }) : say('login', { id: login.id }))
  if (login.id === null || login.backend === null) return
  yield backendIsThere(source, login.backend)
  const way = wayOf(login.backend, source.settings.userLogin)
  yield way === null ? check('user', null, say('backendOwnWay', { backend: login.backend })) : userIsThere(owner, login.id, source.owners?.notAsked)
  if (owner !== null && way !== null) yield isActive(owner, login.backend, way)
  yield way === null ? check('hash', null, say('hashOwnWay')) : await hashFits(source, login, owner, signal)
}

function whereItIs(source: SessionSource, { stored, layers }: ReadSession): Sentence {
  const bytes = stored.data.byteLength
  if (placeOf(source) === 'cookie') return say('inCookie', { bytes })
  if (layers === undefined) return say('stored', { bytes })
  const [row, copy] = [layerOf(layers, 'db'), layerOf(layers, 'cache')]
  return row.session === null ? say('ghost') : copy.session === null ? say('rowOnly', { bytes }) : say('both', { bytes })
}

function inDate(source: SessionSource, session: ReadSession, now: number): WhyCheck {
  if (placeOf(source) === 'cookie' && session.text.signature.reason === 'too-old') return check('in-date', false, say('tooOld', { days: Math.round(source.settings.cookieAgeSeconds / 86_400) }))
  const read = session.layers === undefined ? null : readByDjango(session.layers, now)
  const end = read === null || read.session === null ? endOf(source, session, now) : endOf(layerSource(source, read.layer), read.session, now)
  if (end.now === 'fails') return check('in-date', false, say('noDate'))
  if (end.at === null) return check('in-date', true, say('endless'))
  return check('in-date', end.now === 'live', say(end.now === 'live' ? 'inDate' : 'expired', { date: utcText(end.at / 1000) }))
}

/** `2026-11-21 10:00:00 UTC` */
const utcText = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** The decoder's own verdict is the evidence. */
function readable({ text }: ReadSession): WhyCheck {
  if (text.djangoSees !== 'data') return check('readable', false, text.verdict)
  return check('readable', text.signature.state === 'unchecked' ? null : true, text.verdict)
}

interface Login {
  readonly id: string | null
  readonly backend: string | null
  readonly hash: string | null
}

/** The keys of django/contrib/auth/__init__.py: SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY. */
function readLogin(data: DictNode | null): Login {
  const text = (name: string): string | null => {
    const node: DataNode | undefined = data === null ? undefined : getItem(data, name)
    return node?.kind === 'str' ? node.value : node?.kind === 'int' ? node.digits : null
  }
  return { id: text('_auth_user_id'), backend: text('_auth_user_backend'), hash: text('_auth_user_hash') }
}

function backendIsThere({ settings }: SessionSource, backend: string): WhyCheck {
  const { authBackends } = settings
  if (authBackends === null) return check('backend', null, say('backendsUnknown', { backend }))
  const isThere = authBackends.includes(backend)
  return check('backend', isThere, say(isThere ? 'backendThere' : 'backendGone', { backend }))
}

/** null: no user table is known, or it cannot be read now. */
async function findOwner({ owners }: SessionSource, id: string, signal: AbortSignal): Promise<Owner | null> {
  if (owners === null) return null
  return (await owners.find([id], signal)).get(id) ?? null
}

function userIsThere(owner: Owner | null, id: string, notAsked: string | undefined): WhyCheck {
  if (owner === null) return check('user', null, notAsked === undefined ? say('usersUnknown', { id }) : say('usersNotAsked', { place: notAsked }))
  return check('user', owner.state === 'known', owner.state === 'known' ? say('userThere', { id, name: owner.username ?? id }) : say('userGone', { id }))
}

function isActive({ isActive: active }: Owner, backend: string, way: BackendWay): WhyCheck {
  if (way === 'anybody') return check('active', true, say('activeNotAsked', { backend }))
  if (active === null) return check('active', true, say('activeNoColumn'))
  return check('active', active, say(active ? 'active' : 'inactive'))
}

async function hashFits({ owners, keyring, settings }: SessionSource, login: Login, owner: Owner | null, signal: AbortSignal): Promise<WhyCheck> {
  if (settings.userLogin?.isDjangos === false) return check('hash', null, say('hashOwnWay'))
  if (login.hash === null || login.hash === '') return check('hash', false, say('hashMissing'))
  const shown = login.hash.slice(0, SHOWN_HASH)
  if (keyring.length === 0) return check('hash', null, say('hashNoKey'))
  const password = owner === null || owners === null ? null : await owners.passwordOf(owner.id, signal)
  if (password === null) return check('hash', null, say('hashNoPassword'))
  const keyName = matchAuthHash(login.hash, password, keyring, settings.djangoVersion)
  if (keyName === null) return check('hash', false, say('hashDiffers', { hash: shown }))
  return check('hash', true, say(keyName === 'SECRET_KEY' ? 'hashFits' : 'hashFallback', { keyName }))
}

export function toReport(checks: readonly WhyCheck[], { name, others }: Pick<WhySite, 'name' | 'others'>, key: SessionKey | null): WhyReport {
  const failed = checks.find(({ ok }) => ok === false)
  const isCertain = failed !== undefined || checks.every(({ ok }) => ok === true)
  const outcome = failed?.id ?? (isCertain ? 'live' : 'liveAsFarAsKnown')
  return {
    checks, isCertain,
    verdict: failed === undefined ? 'live' : 'logged-out',
    sentence: { id: `why.sentence.${failsOver(failed) ? 'noKey' : outcome}`, params: {} },
    next: nextOf(failed, outcome),
    notes: notesOf(checks, name, others),
    key,
  }
}

const failsOver = (failed: WhyCheck | undefined): boolean => failed?.detail.id === 'why.detail.userNoKey'

function nextOf(failed: WhyCheck | undefined, outcome: string): Sentence {
  // Data that names a user is not that of somebody anonymous, though Django takes them for it.
  if (failed?.detail.id === 'why.detail.noBackend') return { id: 'why.next.noBackend', params: failed.detail.params }
  return { id: `why.next.${failsOver(failed) ? 'noKey' : outcome}`, params: {} }
}

function notesOf(checks: readonly WhyCheck[], name: string, others: readonly OtherSite[]): readonly WhyNote[] {
  const isGhost = checks.some(({ detail }) => detail.id === 'why.detail.ghost')
  const clashes = others.map((other): WhyNote => ({ sentence: { id: 'why.note.clash', params: { name, other: other.name } }, line: `SESSION_COOKIE_NAME = "${cookieWord(name)}_sessionid"` }))
  return [...(isGhost ? [{ sentence: { id: 'why.note.ghost', params: {} }, line: null }] : []), ...clashes]
}

/** A name as it may stand in that of a cookie (RFC 6265, token). */
const cookieWord = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '') || 'site'
