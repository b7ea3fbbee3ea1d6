import { describe, expect, test } from 'vitest'
import { listSessions } from '../../electron/core/sessions/browse.ts'
import { readSession } from '../../electron/core/sessions/inspect.ts'
import type { ExpirySetting } from '../../shared/model/change.ts'
import { findDjangos, runPython } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import { memorySource } from '../support/memory-source.ts'

/**
 * The file engine: `write` makes a file with an expiry in its data and a time of change, `load` says what Django makes of one.
 * Answers are in the order of the jobs.
 */
const SCRIPT = String.raw`
import json, logging, os, sys, tempfile, time
from django.conf import settings
settings.configure(SECRET_KEY="coatcheck-demo-key", USE_TZ=True, SESSION_FILE_PATH=tempfile.mkdtemp(), SESSION_ENGINE="django.contrib.sessions.backends.file", SESSION_COOKIE_AGE=1209600)
import django
django.setup()
logging.disable(logging.CRITICAL)
from django.contrib.sessions.backends.file import SessionStore

def run(job):
    store = SessionStore("k" * 32)
    path = store._key_to_file()
    if job["do"] == "write":
        data = {"a": 1}
        if job["own"] is not None: data["_session_expiry"] = job["own"]
        text = store.encode(data)
    else: text = job["text"]
    with open(path, "w") as stored: stored.write(text)
    os.utime(path, (job["mtime"], job["mtime"]))
    return {"text": text, "data": SessionStore("k" * 32).load()}

json.dump([run(job) for job in json.load(sys.stdin)], sys.stdout)
`

interface Answer { readonly text: string; readonly data: Readonly<Record<string, unknown>> }
const ask = async (python: DjangoPython, jobs: readonly object[]): Promise<readonly Answer[]> => JSON.parse(await runPython(python, SCRIPT, { input: JSON.stringify(jobs) })) as Answer[]

const AGE = 1_209_600
const NOW = Date.now()
const DAY = 86_400
const signal = new AbortController().signal
const at = (days: number): string => `${new Date(NOW + days * DAY * 1000).toISOString().slice(0, 19)}+00:00`
const ago = (days: number): number => NOW / 1000 - days * DAY

function openWith(text: string, mtime: number): ReturnType<typeof memorySource> {
  const opened = memorySource({ now: NOW, capabilities: { expiry: 'mtime', sort: [] }, settings: { engine: 'file' }, keyring: [{ name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }] })
  opened.rows.set('k', { data: new TextEncoder().encode(text), expireDate: Math.round((mtime + AGE) * 1e6) })
  return opened
}

/** Dates as text are read by Django 4.1 and later; 3.2 has datetime objects there, which JSON cannot carry. */
const readsDates = ({ version }: DjangoPython): boolean => version[0] >= 5

const djangos = findDjangos()
describe.skipIf(djangos.length === 0).each(djangos.map((python) => ({ name: python.label, python })))('$name and the file engine', ({ python }) => {
  test('a session is live where Django loads it', async () => {
    const dates = readsDates(python) ? [at(1), at(-1)] : []
    const jobs = [null, 0, 300, -5, ...dates].flatMap((own) => [0, 13, 15].map((days) => ({ do: 'write', own, mtime: ago(days) })))
    const answers = await ask(python, jobs)
    for (const [index, { text, data }] of answers.entries()) {
      const job = jobs[index] as (typeof jobs)[number]
      const { rows } = await listSessions(openWith(text, job.mtime).source, { order: { by: 'stored', direction: 'asc' }, cursor: null, limit: 1 }, NOW, signal)
      expect(rows[0]?.state, JSON.stringify(job)).toBe(Object.keys(data).length > 0 ? 'live' : 'expired')
    }
  })

  test('what ends a session ends it for Django, whatever its data says; seconds become a date', async () => {
    const plain: readonly [ExpirySetting, boolean][] = [[{ kind: 'now' }, false], [{ kind: 'default' }, true]]
    const dated: readonly [ExpirySetting, boolean][] = [[{ kind: 'in', seconds: 3600 }, true], [{ kind: 'at', at: NOW - DAY * 1000 }, false], [{ kind: 'at', at: NOW + DAY * 1000 }, true]]
    const settings = readsDates(python) ? [...plain, ...dated] : plain
    for (const own of readsDates(python) ? [null, 300, at(5)] : [null]) {
      const [stored] = await ask(python, [{ do: 'write', own, mtime: ago(20) }])
      for (const [expiry, isLive] of settings) {
        const opened = openWith(stored?.text ?? '', ago(20))
        const plan = await opened.changes.plan(opened.target, { kind: 'expire', sessions: [{ key: 'k', ifEtag: null }], expiry }, signal)
        expect(await opened.changes.apply(plan.planId, signal)).toMatchObject({ changed: 1 })
        const row = opened.rows.get('k')
        const [answer] = await ask(python, [{ do: 'load', text: Buffer.from(row?.data ?? []).toString(), mtime: (row?.expireDate ?? 0) / 1e6 - AGE }])
        const where = `${JSON.stringify(expiry)} over ${own}`
        expect(Object.keys(answer?.data ?? {}).length > 0, where).toBe(isLive)
        const session = await readSession(opened.source, 'k', NOW, signal)
        expect(session?.text.data ?? '', where).not.toMatch(/"_session_expiry": [1-9]/)
      }
    }
  })
})
