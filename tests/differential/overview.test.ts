import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EndBins, Overview } from '../../shared/model/overview.ts'
import { startApp } from '../support/app.ts'
import { findDjangos } from '../support/django.ts'
import { runDjango } from './django-peer.ts'

/** Three thousand sessions as sites have them, some of them ended, broken, or of nobody. */
const MAKE = `
import random
call_command("migrate", verbosity=0)
rng = random.Random(11)
now = timezone.now()
def data():
    kind = rng.random()
    if kind < .5:
        return {"_auth_user_id": str(rng.randrange(200)), "cart": ["x" * rng.randrange(300)] * rng.randrange(5)}
    if kind < .6:
        return {}
    if kind < .65:
        return {"_session_expiry": 60}
    if kind < .8:
        return {"next": "/" + "a" * rng.randrange(80)}
    return {"visits": rng.randrange(9), "note": "".join(chr(rng.randrange(97, 123)) for _ in range(rng.randrange(6000)))}
Session.objects.bulk_create(
    Session(session_key="%032d" % index, session_data="broken" if index % 100 == 7 else SessionStore().encode(data()),
        expire_date=now + timedelta(seconds=rng.randrange(-100 * 86400, 14 * 86400), microseconds=rng.randrange(1000000)) if index % 50 else now - timedelta(days=900))
    for index in range(3000))
answer(None)
`

/** The same counts, by Django's ORM and \`get_decoded\`. */
const COUNT = `
from django.db.models.functions import Length
now = moment(arg["now"])
rows = list(Session.objects.annotate(size=Length("session_data")))
def visitor(row):
    if row.session_data == "broken":
        return None
    data = row.get_decoded()
    count = len([key for key in data if key != "_session_expiry"])
    if "_auth_user_id" in data:
        return "signed-in"
    return "empty" if count == 0 else "bot-like" if count == 1 and row.size <= 128 else "anonymous"
visitors = [visitor(row) for row in rows]
readable = [row for row in rows if row.session_data != "broken"]
owners = {}
for row in readable:
    owner = row.get_decoded().get("_auth_user_id")
    if owner is not None:
        owners[owner] = owners.get(owner, 0) + 1
def count(**filters):
    return Session.objects.filter(**filters).count()
answer({
    "bins": [[count(expire_date__gte=moment(a), expire_date__lt=moment(b), expire_date__lte=now), count(expire_date__gte=moment(a), expire_date__lt=moment(b), expire_date__gt=now)] for a, b in arg["bins"]],
    "outside": [count(expire_date__lt=moment(arg["bins"][0][0])), count(expire_date__gte=moment(arg["bins"][-1][1]))],
    "visitors": {name: visitors.count(name) for name in ["signed-in", "anonymous", "bot-like", "empty"]},
    "states": {
        "live": len([row for row in readable if row.expire_date > now]),
        "ending": len([row for row in readable if now < row.expire_date < now + timedelta(days=1)]),
        "expired": len([row for row in readable if row.expire_date <= now]),
        "undecodable": len(rows) - len(readable),
    },
    "sizes": [sum(a <= row.size < b for row in rows) for a, b in [(0, 256), (256, 1024), (1024, 4097), (4097, 10 ** 9)]],
    "people": len(owners), "top": max(owners.values()),
})
`

interface Counted {
  readonly bins: readonly (readonly [number, number])[]
  readonly outside: readonly [number, number]
  readonly visitors: Readonly<Record<string, number>>
  readonly states: Readonly<Record<string, number>>
  readonly sizes: readonly number[]
  readonly people: number
  readonly top: number
}

describe.each(findDjangos())('$label', (python) => {
  let folder = ''
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'coatcheck-overview-')) })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it.each([{ useTz: true, timeZone: 'UTC' }, { useTz: false, timeZone: 'America/New_York' }])('an overview counts what the ORM counts, with %o', async (clock) => {
    const file = join(folder, 'db.sqlite3')
    await runDjango(python, clock, file, MAKE)
    await using app = await startApp()
    const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'sqlite', path: file }, keys: { secretKey: 'key of the tests' }, clock })
    const steps: Overview[] = await Array.fromAsync(app.client.stream('reports.overview', { sourceId }))
    const last = steps.at(-1)
    if (last === undefined || last.ends === null) throw new Error('There is no overview.')
    const ask = (ends: EndBins): Promise<Counted> => runDjango<Counted>(python, clock, file, COUNT, { now: last.now, bins: ends.bins.map(({ from, to }) => [from, to]) })
    // The pictures that come first are narrower.
    const pictures = new Map(steps.flatMap(({ ends }) => (ends === null ? [] : [[ends.bins.length, ends] as const])))
    for (const ends of pictures.values()) {
      const django = await ask(ends)
      expect(ends.bins.map(({ expired, live }) => [expired, live])).toEqual(django.bins)
      expect([ends.before, ends.after]).toEqual(django.outside)
    }
    const django = await ask(last.ends)
    const countsOf = (group: string) => Object.fromEntries(last.groups.find(({ id }) => id === group)?.facets.map(({ id, sessions }) => [id, sessions]) ?? [])
    expect(countsOf('visitor')).toEqual(django.visitors)
    expect(countsOf('state')).toEqual(django.states)
    expect(Object.values(countsOf('size'))).toEqual(django.sizes)
    expect({ people: last.people, top: last.owners[0]?.sessions, total: last.total }).toEqual({ people: django.people, top: django.top, total: 3000 })
  }, 60_000)
})
