import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FollowEvent } from '../../shared/model/follow.ts'
import type { SourceTarget } from '../../shared/model/source.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import type { CachedDbSite } from '../support/cached-db.ts'
import { makeCachedDbSite } from '../support/cached-db.ts'
import { findDjangos } from '../support/django.ts'

const MAKE = 's = SessionStore(); s["step"] = 1; s.save(); answer(s.session_key)'
const SAVE = 's = SessionStore(job["key"]); s["step"] = job["step"]; s.save(); answer(None)'

describe.each(findDjangos())('a session of $label that is followed', (python) => {
  let folder = ''
  let site: CachedDbSite
  let app: TestApp

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coatcheck-followed-'))
    site = await makeCachedDbSite(python, { BACKEND: 'django.core.cache.backends.filebased.FileBasedCache', LOCATION: folder })
    app = await startApp()
  })
  afterEach(async () => {
    await app[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function follow(target: SourceTarget, key: string): Promise<{ next(): Promise<FollowEvent>; stop(): void }> {
    const source = await app.client.call('sources.open', { target, keys: { secretKey: site.secret } })
    const controller = new AbortController()
    const events = app.client.stream('sessions.follow', { sourceId: source.id, key, everyMs: 200 }, controller.signal)[Symbol.asyncIterator]()
    return {
      async next() {
        const step = await events.next()
        if (step.done === true) throw new Error('The stream has ended.')
        return step.value
      },
      stop: () => controller.abort(),
    }
  }
  const step = (at: number): unknown => expect.stringContaining(`"step": ${at}`)

  it.each(['rows alone', 'row and copy'])('%s: each save, what cycle_key leaves behind, and one made again', async (what) => {
    const key = await site.django<string>(MAKE)
    const { next, stop } = await follow(what === 'rows alone' ? { kind: 'sqlite', path: site.database, table: 'django_session' } : { kind: 'pair', row: `sqlite://${site.database}`, cache: `djcache://${folder}` }, key)
    const drift = what === 'rows alone' ? {} : { drift: 'same' }
    const first = await next()
    expect(first).toMatchObject({ kind: 'state', reason: 'first', state: { data: step(1), state: 'live', ...drift } })
    for (const at of [2, 3]) {
      await site.django(SAVE, { key, step: at })
      let saved = await next()
      // Django writes row and copy one after the other: a reading may fall between them.
      while (saved.kind === 'state' && ((saved.state.drift ?? 'same') !== 'same' || saved.state.data?.includes(`"step": ${at}`) !== true)) saved = await next()
      expect(saved).toMatchObject({ kind: 'state', reason: 'saved', state: { data: step(at), ...drift } })
    }
    await site.django('s = SessionStore(job["key"]); s.load(); s.cycle_key(); answer(None)', { key })
    let gone = await next()
    while (gone.kind === 'state') gone = await next()
    expect(gone).toMatchObject({ kind: 'gone', wasThere: true })
    await site.django('s = SessionStore(); s["step"] = 4; s._session_key = job["key"]; s.save(must_create=True); answer(None)', { key })
    expect(await next()).toMatchObject({ kind: 'state', reason: 'made-again' })
    stop()
    expect(app.reported).toEqual([])
  })
})
