import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import DriftNote from '../../renderer/src/components/inspector/DriftNote.vue'
import LayeredAnatomy from '../../renderer/src/components/inspector/LayeredAnatomy.vue'
import { expiryCauses } from '../../renderer/src/components/inspector/expiry-causes.ts'
import ChangeLayers from '../../renderer/src/components/review/ChangeLayers.vue'
import SessionTableRow from '../../renderer/src/components/table/SessionTableRow.vue'
import type { Drift, SessionDetail, SessionLayer } from '../../shared/model/session.ts'
import { en } from '../../shared/words/en.ts'
import { verbatim } from '../../shared/words/reason.ts'
import { say } from '../../shared/words/say.ts'
import { EXPIRES_AT, NOW, decodedText, sessionDetail } from './fixtures.ts'
import { mountWith } from './mount.ts'
import { sessionRow } from './session-rows.ts'

const COPY_TEXT = decodedText({ format: 'django-cache', parts: null, text: 'gASV', salt: null, signature: { state: 'absent', verifiedBy: null, reason: null }, serializer: 'pickle', signedAt: null, habit: null })
const layer = (over: Partial<SessionLayer>): SessionLayer => ({ layer: 'db', isRead: false, reason: null, expireDate: EXPIRES_AT, sizeBytes: 216, text: decodedText(), physical: [], ...over })
const copy = (over: Partial<SessionLayer> = {}): SessionLayer => layer({ layer: 'cache', isRead: true, sizeBytes: 190, text: COPY_TEXT, ...over })

function detail(drift: Drift, layers: readonly SessionLayer[]): SessionDetail {
  return { ...sessionDetail({ text: COPY_TEXT }), pair: { drift, layers } }
}

let wrapper: VueWrapper | null = null
afterEach(() => {
  wrapper?.unmount()
  wrapper = null
})
const open = (session: SessionDetail): VueWrapper => (wrapper = mountWith(LayeredAnatomy, { session, places: { db: 'django_session', cache: 'redis://cache/1' }, now: NOW, knownKeys: 1 }))
const cardsOf = (shown: VueWrapper): string[] => shown.findAll('.card').map((card) => card.text())

describe('the layers of cached_db', () => {
  it('are shown in the order of writing, after how they differ; the one that Django reads is taken apart', async () => {
    const shown = open(detail('data', [layer({}), copy()]))
    const cards = cardsOf(shown)
    expect(shown.text().startsWith(en.layers.drift.data.claim)).toBe(true)
    expect(cards[0]).toContain('Row in django_session')
    expect(cards[0]).toContain('signed with SECRET_KEY')
    expect(cards[0]).not.toContain(en.layers.read)
    expect(cards[1]).toContain('Copy in redis://cache/1')
    expect(cards[1]).toContain(en.layers.read)
    expect(cards[1]).toContain('pickle · no signature')
    expect(shown.findAll('.card').map((card) => card.attributes('aria-pressed'))).toEqual(['false', 'true'])
    await shown.findAll('.card')[0]?.trigger('click')
    expect(shown.findAll('.card').map((card) => card.attributes('aria-pressed'))).toEqual(['true', 'false'])
    expect(shown.text()).toContain(en.inspector.anatomy.verified)
  })

  it('say what is not there, and why something is not known', () => {
    const ghost = open(detail('rowless', [layer({ sizeBytes: null, text: null, expireDate: null }), copy()]))
    expect(cardsOf(ghost)[0]).toContain(en.layers.nothing)
    expect(ghost.findAll('.card')[0]?.attributes('disabled')).toBeDefined()
    ghost.unmount()
    const failed = open(detail('cache-failed', [layer({ isRead: true }), copy({ isRead: false, reason: verbatim('Nobody answers there.'), sizeBytes: null, text: null })]))
    expect(cardsOf(failed)[1]).toContain('Nobody answers there.')
  })

  it('are not spoken of in another store', () => {
    expect(open(sessionDetail()).find('.layer-cards').exists()).toBe(false)
  })

  it.each(Object.keys(en.layers.drift) as Drift[])('have a sentence and a reason for the drift "%s"', (drift) => {
    wrapper = mountWith(DriftNote, { drift })
    expect(wrapper.text()).toBe(`${en.layers.drift[drift].claim} ${en.layers.drift[drift].reason}`)
  })

  it.each([['rowless', 'row gone'], ['data', 'differs'], ['expiry', 'other end'], ['same', null], ['cache-missing', null]] as const)('show the drift "%s" in the table only where a person should look', (drift, badge) => {
    wrapper = mountWith(SessionTableRow, { row: sessionRow({ drift }), now: NOW, masked: true, columns: ['key', 'keys'], say: (id: string, params = {}) => say({ id, params }) })
    expect(wrapper.find('.base-badge').exists()).toBe(badge !== null)
    if (badge !== null) expect(wrapper.get('.base-badge').text()).toBe(badge)
  })

  it.each([
    [{ row: EXPIRES_AT, copy: EXPIRES_AT + 1_000_000 }, ['rowReason', EXPIRES_AT], ['cacheFirst', EXPIRES_AT + 1_000_000]],
    [{ row: EXPIRES_AT }, ['rowReason', EXPIRES_AT], ['cacheMissing', null]],
    [{ copy: null }, ['rowGone', null], ['cacheFirst', null]],
    [undefined, ['rowReason', EXPIRES_AT], ['cacheNone', null]],
  ] as const)('tell of both ends: %j', (layers, row, cache) => {
    const causes = expiryCauses({ ...sessionDetail().expiry, ...(layers === undefined ? {} : { layers }) }, String, 'column')
    expect(causes.filter(({ name }) => name === 'row' || name === 'cache').map(({ why, at }) => [why, at])).toEqual([row, cache])
  })

  it('are both in the review, row first', () => {
    wrapper = mountWith(ChangeLayers, {
      layers: [
        { place: 'row', sentence: { id: 'changes.layers.rowDeleted', params: { table: 'django_session' } }, written: true },
        { place: 'copy', sentence: { id: 'changes.layers.copyDeleted', params: { cache: 'redis://cache/1', seconds: '1,203,110' } }, written: true },
      ],
    })
    expect(wrapper.findAll('li').map((line) => line.text())).toEqual([expect.stringContaining('Row in django_session'), expect.stringMatching(/Copy in redis:\/\/cache\/1.*1,203,110 s left/)])
  })
})
