import { DEFAULT_COOKIE } from '../../shared/model/cookie.ts'
import type { SessionRow } from '../../shared/model/session.ts'
import type { Source } from '../../shared/model/source.ts'

/** A live session of user 42, signed well, unless said otherwise. */
export function sessionRow(over: Partial<SessionRow> = {}): SessionRow {
  return {
    key: 'k3v9ta8q2m5x7c1b4n6l0p9o8i7u6y5t',
    state: 'live',
    expireDate: Date.UTC(2026, 8, 12, 10, 40) * 1000,
    sizeBytes: 622,
    signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: null },
    serializer: 'json',
    compressed: true,
    topLevelKeys: ['cart', '_auth_user_id', '_auth_user_backend', '_auth_user_hash'],
    keyCount: 4,
    userId: '42', owner: null,
    ...over,
  }
}

/** Rows `from` to `from + count - 1` of a store; row n has a key that begins with n. */
export function sessionRows(from: number, count: number): SessionRow[] {
  return Array.from({ length: count }, (_, offset) => sessionRow({ key: `${from + offset}-session-key` }))
}

export function openSource(over: Partial<Source> = {}): Source {
  return {
    id: 's1', name: 'corner-shop', kind: 'project', location: '/code/corner-shop', target: { kind: 'folder', path: '/code/corner-shop' }, engine: 'db', table: 'django_session', environment: 'local',
    payload: { kind: 'session-text' }, capabilities: { write: true, delete: true, sort: ['expireDate', 'key'], count: 'exact', enumerate: 'ordered', filter: ['key', 'expires', 'size'], expiry: 'column' },
    readOnlyReason: null, clock: { useTz: true, timeZone: 'UTC', origin: 'user' }, keyNames: ['SECRET_KEY'], cookieName: 'sessionid', cookieAgeSeconds: 1_209_600, cookie: DEFAULT_COOKIE, djangoVersion: null, hasNaiveDates: true, notLocalReason: null, usersNotAsked: null, project: null, lock: 'none', server: 'SQLite 3', extraColumns: [],
    ...over,
  }
}
