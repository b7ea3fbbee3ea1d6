import { createHash } from 'node:crypto'
import type { FolderLayout } from './folder-layout.ts'
import { FolderStore } from './folder-store.ts'
import { SessionFolder } from './session-folder.ts'

export interface FilePlace {
  /** SESSION_FILE_PATH */
  readonly path: string
  /** SESSION_COOKIE_NAME, with which the name of every file begins. */
  readonly cookieName: string
  /** SESSION_COOKIE_AGE, in seconds. */
  readonly cookieAgeSeconds: number
}

/** Django's own characters of keys; the file engine refuses all others. */
const KEY = /^[a-z0-9]+$/
/** Longest name that a file can have. */
const NAME_BYTES = 255
const SECOND = 1_000_000

/**
 * Django's `file` engine (django/contrib/sessions/backends/file.py).
 * @throws STORE_NOT_FOUND, STORE_PERMISSION
 */
export async function openFile(place: FilePlace): Promise<FolderStore> {
  return new FolderStore(new SessionFolder(place.path), fileLayout(place))
}

/** The end of a session is the last change of its file plus SESSION_COOKIE_AGE: an edit keeps it, and a new end sets that time. */
function fileLayout({ cookieName, cookieAgeSeconds }: FilePlace): FolderLayout {
  const age = cookieAgeSeconds * SECOND
  const fits = (key: string): boolean => KEY.test(key) && Buffer.byteLength(cookieName) + key.length <= NAME_BYTES
  return {
    payload: { kind: 'session-text' },
    expiry: 'mtime',
    filter: ['key'],
    server: 'Files of Django’s file engine',
    facts: [{ name: 'file name', value: `${cookieName} and the session key` }],
    headBytes: 0,
    keyOf(name) {
      const key = name.startsWith(cookieName) ? name.slice(cookieName.length) : ''
      return KEY.test(key) ? key : null
    },
    namesOf: (key) => (fits(key) ? [`${cookieName}${key}`] : []),
    newName: (key) => (fits(key) ? `${cookieName}${key}` : null),
    make: ({ data, expireDate }) => ({ bytes: data, mtime: expireDate - age }),
    expireDate: ({ mtime }) => mtime + age,
    physical: () => [],
    etag: ({ bytes, mtime }) => createHash('sha256').update(`${mtime}:`).update(bytes).digest('base64url').slice(0, 22),
    revise: ({ bytes, mtime }, { data, expireDate }) => ({ bytes: data ?? bytes, mtime: expireDate === undefined ? mtime : expireDate - age }),
  }
}
