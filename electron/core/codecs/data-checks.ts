import type { ChangeCheck } from '../../../shared/model/change.ts'
import { lintForJson } from '../../../shared/values/json-lint.ts'
import type { SerializerId } from '../../../shared/model/session.ts'
import type { JsonLint } from '../../../shared/values/json-lint.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { getItem } from '../../../shared/values/node.ts'
import { sameData } from '../../../shared/values/walk.ts'

/** Browsers drop cookies that are longer, all attributes counted (RFC 6265, 6.1). */
export const COOKIE_BYTES = 4096
const LOGIN_KEYS = ['_auth_user_id', '_auth_user_backend', '_auth_user_hash'] as const
const DJANGO_KEYS = ['_session_expiry', '_csrftoken', '_messages', '_password_reset_token', '_language', 'testcookie'] as const

/** What MessagePack changes as JSON does; keys that are no texts it refuses. */
const IN_MSGPACK: ReadonlySet<JsonLint['kind']> = new Set(['tuple-to-list', 'duplicate-key'])

/** What to know of edited data before it is signed: what its serializer changes, and which of Django's own keys differ from before. */
export function dataChecks(before: DataNode | null, after: DataNode, serializer: SerializerId): ChangeCheck[] {
  const lints = lintForJson(after).filter(({ kind }) => serializer === 'json' || (serializer === 'msgpack' && IN_MSGPACK.has(kind)))
  return [...lints.flatMap(lintCheck), ...reservedChecks(before, after)]
}

/** `Set-Cookie` as Django sends it: name, value and all attributes that a default site has (django/http/cookie.py). */
export function cookieBytes(name: string, value: string, maxAgeSeconds: number): number {
  return Buffer.byteLength(`${name}=${value}; expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Max-Age=${maxAgeSeconds}; Path=/; SameSite=Lax`)
}

/** `not-json` has none: such data is refused where it is written. */
const LINT_WORDS: Readonly<Record<Exclude<JsonLint['kind'], 'not-json'>, string>> = {
  'key-to-text': 'keyToText',
  'tuple-to-list': 'tupleToList',
  'not-finite': 'notFinite',
  'duplicate-key': 'duplicateKey',
}

function lintCheck({ kind, path, type }: JsonLint): ChangeCheck[] {
  return kind === 'not-json' ? [] : [warn(LINT_WORDS[kind], kind === 'not-finite' ? { path, value: type } : { path })]
}

function reservedChecks(before: DataNode | null, after: DataNode): ChangeCheck[] {
  const value = (data: DataNode | null, key: string): DataNode | undefined => (data?.kind === 'dict' ? getItem(data, key) : undefined)
  const differs = (key: string): boolean => {
    const [old, now] = [value(before, key), value(after, key)]
    return old === undefined || now === undefined ? old !== now : !sameData(old, now)
  }
  return [
    ...LOGIN_KEYS.filter(differs).map((key) => warn('reserved', { key })),
    ...DJANGO_KEYS.filter(differs).map((key) => warn('djangoKey', { key })),
  ]
}

function warn(id: string, params: Readonly<Record<string, string | number>>): ChangeCheck {
  return { level: 'warn', sentence: { id: `changes.checks.${id}`, params } }
}
