import { describe, expect, it } from 'vitest'
import { createInlineDecoder } from '../../electron/core/codecs/inline-decoder.ts'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { toDjangoVersion } from '../../shared/model/django.ts'
import { fileExpiry, isFileSessionOver, setFileExpiry } from '../../shared/model/file-expiry.ts'
import type { DictNode } from '../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../shared/values/notation.ts'
import { findDjangos, runPython } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import { never } from '../conformance/store/harness.ts'

const CLOCKS = [{ useTz: true, timeZone: 'America/Chicago' }, { useTz: false, timeZone: 'America/Chicago' }, { useTz: false, timeZone: 'Asia/Kolkata' }]
const KEYRING = [{ name: 'SECRET_KEY', secret: 'key of the tests' }] as const
const COOKIE_AGE = 1_209_600

/** Values of `_session_expiry`, as Python. `MISSING`: there is none. `moment`: aware or naive, as `timezone.now()` is. */
const OWN = [
  'MISSING', 'None', '0', '""', 'False', '0.0', '-0.0', '1', '60', '-1', '-60', 'True', '1.5', '-0.5', '10**30', '-10**30', 'float("inf")', 'float("-inf")', 'float("nan")',
  'moment.isoformat()', '(moment + timedelta(microseconds=5)).isoformat()', '(moment - timedelta(days=30)).isoformat()', '(moment + timedelta(days=30)).isoformat()',
  '"2036-11-21T10:00:00+00:00"', '"2036-11-21T10:00:00"', '"2036-11-21T10:00:00Z"', '"2036-11-21"', '"2036-11-21 10:00"', '"2036-11-21T10:00:00.1234567+05:30"', '"20361121T100000+0000"', '"2036-02-30T10:00:00"', '"soon"', '"5"',
  '[]', '[1]', '{}', '{"a": 1}',
]
/** Those that only pickle carries. */
const PICKLED = [
  'moment', 'moment - timedelta(days=30)', 'moment + timedelta(days=30, microseconds=7)', 'moment.date()', 'datetime(2036, 11, 21, 10)', 'datetime(2036, 11, 21, 10, tzinfo=tz.utc)',
  'datetime(2036, 11, 21, 10, tzinfo=tz(timedelta(hours=5, minutes=30)))', 'timedelta(days=1)', 'timedelta(0)', 'Decimal("3")', 'Decimal("-3")', 'Decimal("0.00")', 'Decimal("NaN")', 'b""', 'b"x"', '(1, 2)', '()', 'set()', '{1}',
]
const NOON = Date.UTC(2036, 10, 21, 10) * 1000

const SCRIPT = `
import json, logging, os, pickle, sys, tempfile, time
from datetime import datetime, timedelta, timezone as tz
from decimal import Decimal
from unittest import mock
arg = json.load(sys.stdin)
# As a settings module does; configure() does not.
os.environ["TZ"] = arg["clock"]["timeZone"]
time.tzset()
import django
from django.conf import settings
class Pickles:
    def dumps(self, value): return pickle.dumps(value, 4)
    def loads(self, data): return pickle.loads(data)
place = tempfile.TemporaryDirectory()
folder = place.name
settings.configure(
    SECRET_KEY="key of the tests", USE_TZ=arg["clock"]["useTz"], TIME_ZONE=arg["clock"]["timeZone"], INSTALLED_APPS=[],
    SESSION_FILE_PATH=folder, SESSION_SERIALIZER="__main__.Pickles" if arg["pickled"] else "django.contrib.sessions.serializers.JSONSerializer",
)
logging.disable(logging.CRITICAL)
from django.utils import timezone
from django.contrib.sessions.backends.file import SessionStore
EPOCH = datetime(1970, 1, 1, tzinfo=tz.utc)
def moment_at(micros):
    value = EPOCH + timedelta(microseconds=micros)
    return value if settings.USE_TZ else value.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)
moment = moment_at(arg["moment"])
def look(text, mtime, now):
    path = os.path.join(folder, "sessionid" + "k" * 32)
    with open(path, "w") as file:
        file.write(text)
    os.utime(path, (mtime / 1e6, mtime / 1e6))
    session = SessionStore("k" * 32)
    session.create = lambda: None
    try:
        with mock.patch("django.utils.timezone.now", lambda: moment_at(now)):
            session.load()
    except Exception:
        return "error"
    return "live" if os.path.exists(path) else "over"
def texts():
    if arg["texts"] is not None:
        return arg["texts"]
    made = []
    for source in arg["own"]:
        data = {"n": 1}
        if source != "MISSING":
            data["_session_expiry"] = eval(source)
        made.append(SessionStore().encode(data))
    return made + ["", "garbage", SessionStore().encode([1]), SessionStore().encode({})]
print(json.dumps([{"text": text, "seen": [look(text, at["mtime"], at["now"]) for at in arg["looks"]]} for text in texts()]))
`

interface Found {
  readonly text: string
  readonly seen: readonly string[]
}
interface Look {
  readonly mtime: number
  readonly now: number
}

/** Around the default end, the end that the data names, and across the change of clocks in November. */
const LOOKS: readonly Look[] = [
  ...[-2_000_000, -1_000_001, -1_000_000, -999_999, -1, 0, 1, 1_000_000].flatMap((offset) => [
    { mtime: NOON - COOKIE_AGE * 1_000_000, now: NOON + offset },
    { mtime: NOON - 60 * 86_400_000_000, now: NOON + offset },
    { mtime: Date.UTC(2036, 9, 25, 12) * 1000 + 123_456, now: Date.UTC(2036, 9, 25, 12) * 1000 + 123_456 + COOKIE_AGE * 1_000_000 + offset },
    { mtime: Date.UTC(2036, 9, 25, 12) * 1000, now: Date.UTC(2036, 9, 25, 13) * 1000 + COOKIE_AGE * 1_000_000 + offset },
  ]),
]

const pythons = findDjangos()

describe.skipIf(pythons.length === 0).each([...pythons])('the end of a session file, as $label has it', (python: DjangoPython) => {
  const djangoVersion = toDjangoVersion(python.version.join('.'))
  const ask = async (clock: (typeof CLOCKS)[number], pickled: boolean, own: readonly string[], texts: readonly string[] | null, looks: readonly Look[]): Promise<readonly Found[]> =>
    JSON.parse(await runPython(python, SCRIPT, { input: JSON.stringify({ clock, pickled, own, texts, looks, moment: NOON }) })) as Found[]

  /** What we make of the same file at the same moments. */
  async function ours(text: string, clock: (typeof CLOCKS)[number], looks: readonly Look[]): Promise<string[]> {
    const decoded = await createInlineDecoder().decode(Buffer.from(text), { keyring: KEYRING, place: 'row', salt: null, maxAgeSeconds: COOKIE_AGE, now: NOON / 1000, djangoVersion }, never)
    const parsed = decoded.data === null ? null : parseNotation(decoded.data)
    const data = parsed?.ok === true ? parsed.node : null
    return looks.map(({ mtime, now }) => {
      const end = fileExpiry({ mtime, isEmpty: text === '', data }, { cookieAgeSeconds: COOKIE_AGE, clock: { ...clock, origin: 'settings' }, djangoVersion })
      return end.kind === 'error' || end.kind === 'unknown' ? end.kind : isFileSessionOver(end, now) ? 'over' : 'live'
    })
  }

  it.each(CLOCKS.flatMap((clock) => [{ clock, pickled: false }, { clock, pickled: true }]))('USE_TZ $clock.useTz, TIME_ZONE $clock.timeZone, pickled $pickled', async ({ clock, pickled }) => {
    const own = pickled ? [...OWN, ...PICKLED] : OWN
    const found = await ask(clock, pickled, own, null, LOOKS)
    expect(found).toHaveLength(own.length + 4)
    const names = [...own, 'an empty file', 'garbage', 'a list', 'an empty session']
    const compared = await Promise.all(found.map(async ({ text }, index) => `${names[index]}: ${(await ours(text, clock, LOOKS)).join(' ')}`))
    expect(compared).toEqual(found.map(({ seen }, index) => `${names[index]}: ${seen.join(' ')}`))
  })

  it.each(CLOCKS)('a session told to end does so: USE_TZ $useTz, TIME_ZONE $timeZone', async (clock) => {
    const policy = { cookieAgeSeconds: COOKIE_AGE, clock: { ...clock, origin: 'settings' }, djangoVersion } as const
    const at = Date.UTC(2036, 11, 24, 18)
    const ended: { readonly data: DictNode; readonly mtime: number; readonly end: number }[] = []
    for (const own of [null, '60', '-60']) {
      const data: DictNode = { kind: 'dict', entries: own === null ? [] : [{ key: { kind: 'str', value: '_session_expiry' }, value: { kind: 'int', digits: own } }] }
      for (const setting of [{ kind: 'at', at }, { kind: 'in', seconds: 3600 }, { kind: 'now' }, { kind: 'default' }, { kind: 'browser-close' }] as const) {
        const set = setFileExpiry(data, setting, policy, NOON)
        ended.push({ data: set.data ?? data, mtime: set.expireDate - COOKIE_AGE * 1_000_000, end: set.expireDate })
      }
    }
    const key = KEYRING[0]
    for (const { data, mtime, end } of ended) {
      const text = Buffer.from(await createInlineDecoder().encode({ data: formatNotation(data, { interchange: false }), salt: ROW_SALT, key, compress: true, now: NOON / 1000 }, never)).toString()
      // An hour for naive arithmetic across a change of clocks: none lies here.
      const [found] = await ask(clock, false, [], [text], [{ mtime, now: end - 1_000_000 }, { mtime, now: end }])
      expect(found?.seen).toEqual(['live', 'over'])
    }
  })
})
