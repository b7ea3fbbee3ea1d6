import { describe, expect, test } from 'vitest'
import { textLikeOf } from '../../shared/model/text-like.ts'
import type { DjangoVersion } from '../../shared/model/django.ts'
import { startApp } from '../support/app.ts'
import { versionOf } from '../support/django-fixtures.ts'
import { findDjangos, isCurrent, runPython } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'

/** `write`: a session as this Django, or the one before 3.1, stores it. `load`: what a text is to this Django, compared type by type. */
const SCRIPT = String.raw`
import datetime, decimal, json, logging, sys
from django.conf import settings
settings.configure(SECRET_KEY="coatcheck-demo-key")
logging.disable(logging.CRITICAL)
from django.contrib.sessions.backends import db, signed_cookies
from django.contrib.sessions.backends.base import SessionBase

class SessionStore(SessionBase):
    pass
# Rows are signed under the name of the store class, which has to be the real one's.
SessionStore.__module__ = "django.contrib.sessions"
SessionStore.__qualname__ = "SessionStore"

def session(serializer, edited):
    value = {"_auth_user_id": "42", "cart": [{"sku": "A1", "qty": 3 if edited else 2}], "big": 10 ** 30, "text": "é" * 60}
    if serializer == "pickle": value.update(at=datetime.datetime(2026, 1, 2, 3, 4, 5), price=decimal.Decimal("9.90"), pair=(1, 2), seen={1, 2})
    return value

def run(job):
    settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers.%sSerializer" % {"json": "JSON", "pickle": "Pickle"}[job["serializer"]]
    if job["do"] == "write":
        value = session(job["serializer"], False)
        if job["place"] == "cookie":
            store = signed_cookies.SessionStore()
            store._session_cache = value
            return {"text": store._get_session_key()}
        store = SessionStore()
        return {"text": store._legacy_encode(value) if job["legacy"] else store.encode(value)}
    found = signed_cookies.SessionStore(job["text"]).load() if job["place"] == "cookie" else SessionStore().decode(job["text"])
    wanted = session(job["serializer"], True)
    return {"same": found == wanted and all(type(found[name]) is type(wanted[name]) for name in wanted), "value": repr(found)}

json.dump([run(job) for job in json.load(sys.stdin)], sys.stdout)
`

interface Job { readonly place: 'row' | 'cookie'; readonly serializer: 'json' | 'pickle'; readonly legacy: boolean }
interface Answer { readonly text: string; readonly same: boolean; readonly value: string }

const ask = async (python: DjangoPython, jobs: readonly object[]): Promise<readonly Answer[]> => JSON.parse(await runPython(python, SCRIPT, { input: JSON.stringify(jobs) })) as Answer[]

const KEYS = { secretKey: 'coatcheck-demo-key', fallbacks: [] }
const JSON_JOBS: readonly Job[] = [{ place: 'row', serializer: 'json', legacy: false }, { place: 'cookie', serializer: 'json', legacy: false }]
const PICKLE_JOBS: readonly Job[] = JSON_JOBS.map((job) => ({ ...job, serializer: 'pickle' }))
const LEGACY_JOBS: readonly Job[] = [{ place: 'row', serializer: 'json', legacy: true }, { place: 'row', serializer: 'pickle', legacy: true }]

const djangos = findDjangos()
describe.skipIf(djangos.length === 0).each(djangos.map((python) => ({ name: python.label, python })))('$name', ({ python }) => {
  test('loads what was edited and signed again to equal data', async () => {
    await using app = await startApp()
    const djangoVersion: DjangoVersion = versionOf(python.version.join('.'))
    // PickleSerializer went in 5.0, the old format in 4.0.
    const jobs = isCurrent(python) ? JSON_JOBS : [...JSON_JOBS, ...PICKLE_JOBS, ...LEGACY_JOBS]
    const written = await ask(python, jobs.map((job) => ({ ...job, do: 'write' })))
    const signed: object[] = []
    for (const [index, { text }] of written.entries()) {
      const { place } = jobs[index] as Job
      const { findings: [finding] } = await app.client.call('decoder.decode', { text, sourceId: null, keys: KEYS, place, djangoVersion })
      const decoded = finding?.decoded
      const like = decoded === undefined ? null : textLikeOf(decoded)
      if (decoded === undefined || like === null) throw new Error(text)
      expect(decoded, JSON.stringify(jobs[index])).toMatchObject({ djangoSees: 'data', signature: { state: 'valid', reason: null } })
      const data = (decoded.data ?? '').replace('"qty": 2', '"qty": 3')
      const again = await app.client.call('decoder.sign', { data, like, sourceId: null, keys: KEYS, place, djangoVersion })
      signed.push({ ...jobs[index], do: 'load', text: again.text })
    }
    for (const [index, { same, value }] of (await ask(python, signed)).entries()) expect(same, `${JSON.stringify(jobs[index])}: ${value}`).toBe(true)
    expect(signed).toHaveLength(isCurrent(python) ? 2 : 6)
  })
})
