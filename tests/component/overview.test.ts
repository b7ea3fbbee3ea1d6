import { beforeAll, describe, expect, test } from 'vitest'
import { nextTick } from 'vue'
import EndChart from '../../renderer/src/components/overview/EndChart.vue'
import { overviewCsv, overviewJson } from '../../renderer/src/components/overview/export-overview.ts'
import { facetLines } from '../../renderer/src/components/overview/facet-words.ts'
import FacetList from '../../renderer/src/components/overview/FacetList.vue'
import SummaryCards from '../../renderer/src/components/overview/SummaryCards.vue'
import { formatBin } from '../../renderer/src/format/bin-times.ts'
import type { EndBins, FacetGroup, Overview } from '../../shared/model/overview.ts'
import { mountWith } from './mount.ts'

beforeAll(() => { globalThis.ResizeObserver ??= class { observe() { /* nothing has a size */ } unobserve() { /* nor here */ } disconnect() { /* nor here */ } } })

const DAY = 86_400_000_000
const NOW = Date.UTC(2026, 10, 21, 10) * 1000
const START = Date.UTC(2026, 10, 19) * 1000
const ENDS: EndBins = {
  bins: [[5, 0], [0, 0], [2, 3], [0, 40]].map(([expired = 0, live = 0], index) => ({ from: START + index * DAY, to: START + (index + 1) * DAY, expired, live })),
  before: 7, after: 0, isExact: true,
}
const OVERVIEW: Overview = {
  now: NOW, total: 57, examined: 57, toExamine: 57, isSample: false, phase: 'done', ends: ENDS, people: 2,
  groups: [
    { id: 'state', facets: [['live', 43], ['ending', 3], ['expired', 14], ['undecodable', 0]].map(([id, sessions]) => ({ id: String(id), query: id === 'ending' ? 'is:ending' : `state:${id}`, sessions: Number(sessions), sizeBytes: 0 })) },
    { id: 'size', facets: [{ id: 'under-1k', query: 'size>=256 size<1k', sessions: 57, sizeBytes: 57_000 }, { id: 'over-4k', query: 'size>4k', sessions: 0, sizeBytes: 0 }] },
    { id: 'age', facets: [{ id: 'day', query: 'expires>+13d', sessions: 10, sizeBytes: 1000 }, { id: 'older', query: 'expires<=+1w', sessions: 10, sizeBytes: 9000 }] },
  ],
  owners: [{ id: '42', username: '=ana', sessions: 9, query: 'user:#42' }, { id: '7', username: null, sessions: 1, query: 'user:#7' }],
  keys: [{ name: 'cart', sessions: 30, query: 'has:cart' }, { name: '_auth_user_id', sessions: 10, query: 'has:_auth_user_id' }],
  signers: [], sizeBytes: { total: 57_000, largest: 1000, largestKey: 'k3v9ta0q81zx0f0m2hw9tjd4cx7b1ne0' },
  losses: { pickled: 5, affected: 2, types: [{ type: 'Decimal', effect: 'fails', sessions: 2 }] },
}

describe('the picture of ends', () => {
  const open = (range: readonly [number, number] | null = null) => mountWith(EndChart, { ends: ENDS, found: null, now: NOW, height: 44, note: 'Every session counted', range })

  test('says in words and in a table what it shows', () => {
    const wrapper = open()
    expect(wrapper.get('[role="group"] > p').text()).toBe('Sessions by their end, from 19 Nov to 23 Nov, in UTC: 7 have ended, 43 have not. Every session counted. 7 ended before')
    expect(wrapper.findAll('tbody tr').map((row) => row.findAll('th, td').map((cell) => cell.text()))).toEqual([['19 Nov', '5', '0'], ['21 Nov', '2', '3'], ['22 Nov', '0', '40']])
    expect(wrapper.findAll('.past')).toHaveLength(2)
    expect(wrapper.findAll('.good')).toHaveLength(2)
  })

  test('is picked from by keys: each end is a slider that says when it is, and Escape lets go', async () => {
    const wrapper = open()
    const [from, to] = wrapper.findAll('[role="slider"]')
    expect([from?.attributes('aria-valuetext'), to?.attributes('aria-valuetext')]).toEqual(['19 Nov', '23 Nov'])
    await from?.trigger('keydown', { key: 'ArrowRight' })
    expect(wrapper.emitted('update:range')?.at(-1)).toEqual([[1, 4]])
    await wrapper.setProps({ range: [1, 4] })
    expect(from?.attributes('aria-valuenow')).toBe('1')
    await to?.trigger('keydown', { key: 'Home' })
    expect(wrapper.emitted('update:range')?.at(-1)).toEqual([[1, 2]])
    await wrapper.setProps({ range: [1, 2] })
    await from?.trigger('keydown', { key: 'ArrowRight' })
    expect(wrapper.emitted('update:range')?.at(-1)).toEqual([[1, 2]])
    await from?.trigger('keydown', { key: 'Escape' })
    expect(wrapper.emitted('update:range')?.at(-1)).toEqual([null])
  })

  test('leaves the whole store as a ghost behind what a query found', async () => {
    const wrapper = open()
    await wrapper.setProps({ found: [1, 0, 0, 4] })
    expect(wrapper.findAll('.ghost')).toHaveLength(3)
    expect([wrapper.findAll('.past').length, wrapper.findAll('.good').length]).toEqual([1, 1])
  })

  test('names a bin by day, by hours, or by its first and last day', () => {
    expect(formatBin({ from: START, to: START + DAY }, NOW)).toBe('19 Nov')
    expect(formatBin({ from: START, to: START + DAY / 2 }, NOW)).toBe('19 Nov, 00:00 to 12:00')
    expect(formatBin({ from: START + DAY / 2, to: START + DAY }, NOW)).toBe('19 Nov, 12:00 to 24:00')
    expect(formatBin({ from: START, to: START + 7 * DAY }, NOW)).toBe('19 Nov to 25 Nov')
    expect(formatBin({ from: START - 400 * DAY, to: START - 399 * DAY }, NOW)).toBe('15 Oct 2025')
  })
})

describe('the facets', () => {
  const open = (query = '') => mountWith(FacetList, { groups: facetLines(OVERVIEW), query, isSample: false })

  test('are buttons with counts, pressed while the query has them; what would contradict goes', async () => {
    const wrapper = open('state:live user:ana')
    const press = (name: string) => wrapper.findAll('button').find((button) => button.text() === name)?.trigger('click')
    expect(wrapper.get('[aria-pressed="true"]').text()).toBe('Live43')
    await press('Expired14')
    expect(wrapper.emitted('toggle')).toEqual([['state:expired', ['state:live', 'is:ending', 'state:undecodable']]])
    await press('cart30')
    expect(wrapper.emitted('toggle')?.at(-1)).toEqual(['has:cart', []])
    // Nothing of that size is worth no line; nothing unreadable is worth knowing.
    expect(wrapper.text()).not.toContain('Over 4 kB')
    expect(wrapper.text()).toContain('Unreadable')
  })

  test('logins that Django refuses are counted, and where none can be judged it is said why', async () => {
    const login = (facets: FacetGroup['facets'], unknown?: FacetGroup['unknown']): Overview => ({ ...OVERVIEW, groups: [{ id: 'login', facets, ...(unknown === undefined ? {} : { unknown }) }] })
    const facet = (id: string, sessions: number) => ({ id, query: `login:${id}`, sessions, sizeBytes: 0 })
    const wrapper = mountWith(FacetList, { groups: facetLines(login([facet('valid', 20), facet('refused', 4), facet('unchecked', 0)])), query: '', isSample: false })
    expect(wrapper.findAll('button').slice(0, 3).map((button) => button.text())).toEqual(['Works20', 'Refused4', '=ana9'])
    await wrapper.findAll('button')[1]?.trigger('click')
    expect(wrapper.emitted('toggle')).toEqual([['login:refused', ['login:valid']]])
    const unjudged = mountWith(FacetList, { groups: facetLines(login([], 'no-key')), query: '', isSample: false })
    expect(unjudged.get('.note').text()).toBe('Not checked: SECRET_KEY is not known.')
  })

  test('within a query count what it found; lines of the whole store stay, and beside a pressed one nothing is no number', () => {
    const [state, size] = OVERVIEW.groups
    const none = (group: FacetGroup | undefined, but: string): FacetGroup => ({ id: group?.id ?? 'state', facets: (group?.facets ?? []).map((facet) => ({ ...facet, sessions: facet.id === but ? 3 : 0 })) })
    const within = { groups: [none(state, 'live'), none(size, '')], owners: [], keys: [] }
    const wrapper = mountWith(FacetList, { groups: facetLines(within, OVERVIEW.groups), query: 'state:live', isSample: false, isWithin: true })
    expect(wrapper.findAll('button').map((button) => button.text())).toEqual(['Live3', 'Ends today', 'Expired', 'Unreadable', 'Up to 1 kB0'])
  })

  test('are one stop of the Tab key, in which arrows move', async () => {
    const wrapper = open()
    const stops = () => wrapper.findAll('[tabindex="0"]').map((button) => button.text())
    expect(stops()).toEqual(['Live43'])
    await wrapper.get('[tabindex="0"]').trigger('keydown', { key: 'ArrowDown' })
    expect(stops()).toEqual(['Ends today3'])
    await wrapper.get('[tabindex="0"]').trigger('keydown', { key: 'End' })
    await nextTick()
    expect(document.activeElement?.textContent).toBe('cart30')
    wrapper.unmount()
  })
})

describe('the summary', () => {
  test('has a sentence over each picture, and its numbers lead to the sessions', async () => {
    const wrapper = mountWith(SummaryCards, { overview: OVERVIEW })
    for (const text of ['2 sessions would not survive JSON', '3 of 5 pickled sessions convert as they are.', 'Sizes stay small', 'Older sessions are larger', '900 B', 'user 7', 'The largest has 1.0 kB']) expect(wrapper.text()).toContain(text)
    await wrapper.findAll('button').find((button) => button.text().includes('=ana'))?.trigger('click')
    expect(wrapper.emitted('show')).toEqual([['user:#42']])
    await wrapper.findAll('button').find((button) => button.text() === 'Show the largest')?.trigger('click')
    expect(wrapper.emitted('showKey')).toEqual([[OVERVIEW.sizeBytes.largestKey]])
  })

  test('is exported without session keys, and without what a spreadsheet would run', () => {
    const json = JSON.parse(overviewJson(OVERVIEW, 'corner-shop')) as Record<string, unknown>
    expect(json).toMatchObject({ v: 1, report: 'overview', source: 'corner-shop', countedAt: '2026-11-21T10:00:00.000Z', total: 57, sizeBytes: { total: 57_000, largest: 1000 } })
    const csv = overviewCsv(OVERVIEW)
    for (const text of [JSON.stringify(json), csv]) expect(text).not.toContain(OVERVIEW.sizeBytes.largestKey)
    expect(csv.split('\r\n').slice(0, 4)).toEqual(['about,name,sessions,query', 'total,,57,', 'examined,all,57,', 'state,live,43,state:live'])
    expect(csv).toContain("owner,'=ana,9,user:#42")
    expect(csv).toContain('ends,2026-11-22T00:00:00.000Z/2026-11-23T00:00:00.000Z,40,')
  })
})
