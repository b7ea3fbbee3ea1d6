import type { Owner } from '../../../shared/model/owner.ts'
import type { Sentence, SessionKey } from '../../../shared/model/session.ts'
import type { WhyCheck, WhyCheckId, WhyReport } from '../../../shared/model/why.ts'
import type { DataNode, DictNode } from '../../../shared/values/node.ts'
import { getItem } from '../../../shared/values/node.ts'
import { matchAuthHash } from '../codecs/auth-hash.ts'
import { allowsInactive } from './auth-backend.ts'
import type { ReadSession } from './inspect.ts'
import { endOf, readSession } from './inspect.ts'
import type { SessionSource } from './session-source.ts'

const SHOWN_HASH = 6

const say = (id: string, params: Sentence['params'] = {}): Sentence => ({ id: `why.detail.${id}`, params })
const check = (id: WhyCheckId, ok: boolean | null, detail: Sentence): WhyCheck => ({ id, ok, detail })

/** Goes through Django's questions in its own order and stops where it does. Nothing is written, not even what Django would flush. */
export async function explainLogin(source: SessionSource, key: SessionKey, now: number, signal: AbortSignal): Promise<WhyReport> {
  const session = await readSession(source, key, now, signal)
  const checks: WhyCheck[] = []
  for await (const one of ask(source, session, now, signal)) {
    checks.push(one)
    if (one.ok === false) break
  }
  return toReport(checks)
}

async function* ask(source: SessionSource, session: ReadSession | null, now: number, signal: AbortSignal): AsyncGenerator<WhyCheck> {
  yield check('exists', session !== null, session === null ? say('missing') : say('stored', { bytes: session.stored.data.byteLength }))
  if (session === null) return
  yield inDate(source, session, now)
  yield readable(session)
  const data = session.data?.kind === 'dict' ? session.data : null
  const login = readLogin(data)
  yield check('login', login.id !== null && login.backend !== null, login.id === null ? say('anonymous') : login.backend === null ? say('noBackend', { id: login.id }) : say('login', { id: login.id }))
  if (login.id === null || login.backend === null) return
  yield backendIsThere(source, login.backend)
  const owner = await findOwner(source, login.id, signal)
  yield userIsThere(owner, login.id)
  if (owner !== null) yield isActive(owner, login.backend)
  yield await hashFits(source, login, owner, signal)
}

function inDate(source: SessionSource, session: ReadSession, now: number): WhyCheck {
  const end = endOf(source, session, now)
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

function userIsThere(owner: Owner | null, id: string): WhyCheck {
  if (owner === null) return check('user', null, say('usersUnknown', { id }))
  return check('user', owner.state === 'known', owner.state === 'known' ? say('userThere', { id, name: owner.username ?? id }) : say('userGone', { id }))
}

function isActive({ isActive: active }: Owner, backend: string): WhyCheck {
  if (allowsInactive(backend)) return check('active', true, say('activeNotAsked', { backend }))
  if (active === null) return check('active', true, say('activeNoColumn'))
  return check('active', active, say(active ? 'active' : 'inactive'))
}

async function hashFits({ owners, keyring, settings }: SessionSource, login: Login, owner: Owner | null, signal: AbortSignal): Promise<WhyCheck> {
  if (login.hash === null) return check('hash', false, say('hashMissing'))
  const shown = login.hash.slice(0, SHOWN_HASH)
  if (keyring.length === 0) return check('hash', null, say('hashNoKey'))
  const password = owner === null || owners === null ? null : await owners.passwordOf(owner.id, signal)
  if (password === null) return check('hash', null, say('hashNoPassword'))
  const keyName = matchAuthHash(login.hash, password, keyring, settings.djangoVersion)
  if (keyName === null) return check('hash', false, say('hashDiffers', { hash: shown }))
  return check('hash', true, say(keyName === 'SECRET_KEY' ? 'hashFits' : 'hashFallback', { keyName }))
}

function toReport(checks: readonly WhyCheck[]): WhyReport {
  const failed = checks.find(({ ok }) => ok === false)
  const isCertain = failed !== undefined || checks.every(({ ok }) => ok === true)
  const outcome = failed?.id ?? (isCertain ? 'live' : 'liveAsFarAsKnown')
  return {
    checks, isCertain,
    verdict: failed === undefined ? 'live' : 'logged-out',
    sentence: { id: `why.sentence.${outcome}`, params: {} },
    next: { id: `why.next.${outcome}`, params: {} },
  }
}
