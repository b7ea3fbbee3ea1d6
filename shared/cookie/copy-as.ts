import type { SessionCookie } from '../model/cookie.ts'
import { quoteValue } from './set-cookie.ts'

export const COPY_FORMATS = ['header', 'curl', 'httpie', 'document', 'playwright', 'pytest', 'shell'] as const
export type CopyFormat = (typeof COPY_FORMATS)[number]

export interface CopyRequest {
  readonly cookie: SessionCookie
  /** The page that is to be asked for. */
  readonly page: URL
  /** Milliseconds since 1970 UTC. */
  readonly now: number
}

/** The session in the form that another tool takes. */
export function copyAs(format: CopyFormat, { cookie, page, now }: CopyRequest): string {
  const pair = `${cookie.name}=${quoteValue(cookie.value)}`
  switch (format) {
    case 'header':
      return `Cookie: ${pair}`
    case 'curl':
      return `curl ${shellWord(page.href)} \\\n  -H ${shellWord(`Cookie: ${pair}`)}`
    case 'httpie':
      return `http ${shellWord(page.href)} ${shellWord(`Cookie:${pair}`)}`
    case 'document':
      return `document.cookie = ${JSON.stringify([pair, ...scriptAttributes(cookie)].join('; '))}`
    case 'playwright':
      return JSON.stringify(storageState(cookie, page, now), null, 2)
    case 'pytest':
      return pytestFixture(cookie)
    case 'shell':
      return shellSnippet(cookie)
  }
}

/** HttpOnly is no attribute that a script can set. */
function scriptAttributes({ path, domain, maxAge, sameSite, secure }: SessionCookie): string[] {
  const attributes = [`path=${path}`]
  if (domain !== null) attributes.push(`domain=${domain}`)
  if (maxAge !== null) attributes.push(`max-age=${Math.trunc(maxAge)}`)
  if (sameSite !== null) attributes.push(`samesite=${sameSite.toLowerCase()}`)
  if (secure) attributes.push('secure')
  return attributes
}

/** Playwright's `storageState` (BrowserContext.storageState): `expires` in seconds since 1970, -1 for a cookie of the browser's session. */
function storageState({ name, value, domain, path, maxAge, httpOnly, secure, sameSite }: SessionCookie, page: URL, now: number): object {
  const expires = maxAge === null ? -1 : Math.floor(now / 1000) + Math.trunc(maxAge)
  return { cookies: [{ name, value: quoteValue(value), domain: domain ?? page.hostname, path, expires, httpOnly, secure, sameSite: sameSite ?? 'Lax' }], origins: [] }
}

function pytestFixture({ name, value }: SessionCookie): string {
  return `import pytest

@pytest.fixture
def session_client(client):
    client.cookies[${pythonText(name)}] = ${pythonText(value)}
    return client`
}

/** Runs where the project does: its own engine reads the session. */
function shellSnippet({ value }: SessionCookie): string {
  const script = `from importlib import import_module
from django.conf import settings
engine = import_module(settings.SESSION_ENGINE)
session = engine.SessionStore(session_key=${pythonText(value)})
print(dict(session.items()))`
  return `python manage.py shell -c ${shellWord(script)}`
}

/** For POSIX shells: quoted whole where it is more than a plain word. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** A Python string literal; every JSON string is one, but for surrogates, which a cookie cannot hold. */
const pythonText = (text: string): string => JSON.stringify(text)
