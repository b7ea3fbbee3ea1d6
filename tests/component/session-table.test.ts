import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import SessionTable from '../../renderer/src/components/table/SessionTable.vue'
import SessionTableRow from '../../renderer/src/components/table/SessionTableRow.vue'
import { provideVeil } from '../../renderer/src/composables/use-veil.ts'
import { usePreferencesState } from '../../renderer/src/state/use-preferences-state.ts'
import { usualColumns } from '../../renderer/src/format/table-columns.ts'
import type { RowPassage, SessionRow } from '../../shared/model/session.ts'
import { fakeClient, mountApp } from './mount-app.ts'
import { sessionRow, sessionRows } from './session-rows.ts'

const NOW = Date.UTC(2026, 8, 2, 9, 12)
const inHours = (hours: number): number => (NOW + hours * 3_600_000) * 1000

beforeAll(() => {
  // Nothing is laid out here: a head and 20 rows of 28 px.
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 21 * 28 })
})
beforeEach(() => vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout'] }))

let table: VueWrapper
afterEach(() => {
  table.unmount()
  vi.useRealTimers()
})

async function open(rows: readonly (SessionRow | null)[], props: Record<string, unknown> = {}): Promise<VueWrapper> {
  table = mountApp(SessionTable, {
    attach: true,
    props: {
      rowCount: rows.length, rowAt: (index: number) => rows[index] ?? null, isChosen: () => false, active: 0, order: { by: 'expireDate', direction: 'desc' },
      sortable: ['expireDate', 'key'], now: NOW, maskKeys: true, compact: false, columns: usualColumns(), ...props,
    },
  })
  await nextTick()
  return table
}
const row = (index: number) => table.get(`[aria-rowindex="${index + 2}"]`)
const press = (key: string, modifiers: KeyboardEventInit = {}): Promise<void> => table.get('[role="grid"]').trigger('keydown', { key, ...modifiers })

describe('where a text that was looked for stands', () => {
  const marks = (): string[] => row(0).findAll('mark').map((mark) => mark.text())
  const found = (passage: RowPassage): SessionRow => sessionRow({ topLevelKeys: ['theme', 'cart', 'visits'], keyCount: 3, hits: { keyChars: 0, owner: false, names: [], passage } })

  test('within a value: the key that leads there, and the part with its hits marked', async () => {
    await open([found({ name: 'cart', text: '…a Blue Mug, mug', spans: [[8, 11], [13, 16]] })])
    expect(row(0).findAll('.chip').map((chip) => chip.text())).toEqual(['cart', '+2'])
    expect(row(0).get('.excerpt').text()).toBe('…a Blue Mug, mug')
    expect(marks()).toEqual(['Mug', 'mug'])
  })

  test('in the name of a top-level key: that part of the name', async () => {
    await open([found({ name: 'cart', text: null, spans: [[1, 3]] })])
    expect(row(0).findAll('.chip').map((chip) => chip.text())).toEqual(['cart', 'theme', '+1'])
    expect(marks()).toEqual(['ar'])
  })

  test('nowhere that may be shown: nothing is marked', async () => {
    await open([sessionRow({ hits: { keyChars: 0, owner: false, names: [] } })])
    expect(marks()).toEqual([])
  })

  test('to a shared screen no value is shown', async () => {
    const Shared = defineComponent({
      setup() {
        usePreferencesState().change({ screenShare: true })
        provideVeil()
        return () => h(SessionTableRow, { row: found({ name: 'cart', text: 'Blue Mug', spans: [[5, 8]] }), now: NOW, masked: true, columns: ['keys'], say: (id) => id })
      },
    })
    table = mountApp(Shared, { client: fakeClient({ 'preferences.set': () => null }) })
    expect(table.text()).toContain('cart')
    expect(table.text()).not.toContain('Mug')
  })
})

describe('a login that Django refuses', () => {
  test('is no live dot: another shape, a sign beside the name, and what Django does, in both', async () => {
    await open([sessionRow({ login: 'hash-differs' }), sessionRow({ login: 'valid' }), sessionRow({ login: 'inactive', state: 'expired', expireDate: NOW * 1000 - 1 }), sessionRow({ login: 'other-backend' })])
    const said = 'Login refused: _auth_user_hash does not fit the user’s password under any known key. The next request empties the session.'
    expect(row(0).get('.state-dot').attributes()).toMatchObject({ 'class': 'state-dot is-refused', 'aria-label': said, 'title': said })
    expect(row(0).get('.owner').attributes('title')).toBe(said)
    expect(row(0).get('.owner [role="img"]').attributes('aria-label')).toBe('login refused')
    expect([1, 2, 3].map((index) => row(index).get('.state-dot').classes()[1])).toEqual(['is-live', 'is-expired', 'is-live'])
    for (const index of [1, 2, 3]) expect(row(index).find('.owner [role="img"]').exists()).toBe(false)
  })
})

describe('the grid', () => {
  test('tells its whole size, and draws only the rows on screen', async () => {
    await open(sessionRows(0, 5000))
    const grid = table.get('[role="grid"]')
    expect(grid.attributes()).toMatchObject({ 'aria-rowcount': '5001', 'aria-colcount': '7', 'aria-multiselectable': 'true', 'tabindex': '0' })
    expect(table.findAll('[role="row"]').length).toBeLessThan(60)
    expect(table.emitted('show')?.at(-1)).toEqual([0, 19])
  })

  test('the keyboard stays on the grid, which names its active row', async () => {
    await open(sessionRows(0, 50), { active: 3 })
    const id = table.get('[role="grid"]').attributes('aria-activedescendant')
    expect(row(3).attributes('id')).toBe(id)
  })

  test('the active row is in the page even where it is not on screen', async () => {
    await open(sessionRows(0, 5000), { active: 0 })
    const grid = table.get('[role="grid"]').element
    grid.scrollTop = 2000 * 28
    grid.dispatchEvent(new Event('scroll'))
    await nextTick()
    for (const rowindex of [2, 2002]) expect(table.find(`[aria-rowindex="${rowindex}"]`).exists()).toBe(true)
    expect(table.find('[aria-rowindex="1002"]').exists()).toBe(false)
  })

  test.each([
    ['ArrowDown', 11], ['ArrowUp', 9], ['PageDown', 29], ['PageUp', 0], ['Home', 0], ['End', 99],
  ])('%s goes to row %i', async (key, to) => {
    await open(sessionRows(0, 100), { active: 10 })
    await press(key)
    expect(table.emitted('activate')?.at(-1)).toEqual([to])
    await press(key, { shiftKey: true })
    expect(table.emitted('extend')?.at(-1)).toEqual([to])
  })

  test('Space marks, Enter inspects, Delete asks, Ctrl+A takes all, Escape lets go', async () => {
    await open(sessionRows(0, 100), { active: 10 })
    await press(' ')
    expect(table.emitted('toggle')).toEqual([[10]])
    await press('Enter')
    await press('Delete')
    await press('a', { ctrlKey: true })
    await press('Escape')
    expect(table.emitted('act')).toEqual([['inspect'], ['delete'], ['all'], ['clear']])
  })

  test('keys that it does not know are left to others', async () => {
    await open(sessionRows(0, 10))
    const grid = table.get('[role="grid"]').element
    for (const init of [{ key: 'x' }, { key: 'ArrowDown', altKey: true }, { key: 'Delete', ctrlKey: true }]) {
      const event = new KeyboardEvent('keydown', { ...init, cancelable: true, bubbles: true })
      grid.dispatchEvent(event)
      expect(event.defaultPrevented).toBe(false)
    }
    expect(table.emitted('activate')).toBeUndefined()
  })

  test('a click goes there, Ctrl adds, Shift takes a range', async () => {
    await open(sessionRows(0, 10))
    await row(4).trigger('click')
    expect([table.emitted('act')?.at(-1), table.emitted('activate')?.at(-1)]).toEqual([['clear'], [4]])
    await row(6).trigger('click', { ctrlKey: true })
    expect(table.emitted('toggle')).toEqual([[6]])
    await row(8).trigger('click', { shiftKey: true })
    expect(table.emitted('extend')).toEqual([[8]])
  })
})

describe('sorting', () => {
  const head = (name: string) => table.findAll('[role="columnheader"]').find((cell) => cell.text() === name)

  test('the sorted column says so, and turns round', async () => {
    await open(sessionRows(0, 3))
    expect(head('Expires')?.attributes('aria-sort')).toBe('descending')
    expect(head('Key')?.attributes('aria-sort')).toBe('none')
    await head('Expires')?.get('button').trigger('click')
    await head('Key')?.get('button').trigger('click')
    expect(table.emitted('sort')).toEqual([[{ by: 'expireDate', direction: 'asc' }], [{ by: 'key', direction: 'asc' }]])
  })

  test('where the store cannot sort there is no button, and the head says why', async () => {
    await open(sessionRows(0, 3), { sortable: [] })
    expect(head('Expires')?.find('button').exists()).toBe(false)
    expect(head('Expires')?.get('span').attributes('title')).toContain('keeps no order')
    expect(head('Expires')?.attributes('aria-sort')).toBeUndefined()
  })
})

test('the value of a cache is not unsigned by mistake: caches do not sign; and it may have no end', async () => {
  await open([sessionRow({ signature: { state: 'absent', verifiedBy: null, reason: null }, serializer: 'pickle', expireDate: null })], { order: { by: 'stored', direction: 'asc' }, sortable: [] })
  expect(row(0).get('.signed-mark').attributes('title')).toContain('caches do not sign')
  expect(row(0).get('.signed-mark').classes()).not.toContain('is-bad')
  expect(row(0).text()).toContain('no end')
})

describe('a row', () => {
  test('masks the key, and shows it whole when that is preferred', async () => {
    await open([sessionRow()])
    expect(row(0).text()).toContain('k3v9ta…')
    expect(row(0).html()).not.toContain('k3v9ta8')
    await table.setProps({ maskKeys: false })
    expect(row(0).text()).toContain('k3v9ta8q2m5x7c1b4n6l0p9o8i7u6y5t')
  })

  test.each([
    [{ expireDate: inHours(240) }, 'Live: Django loads it'],
    [{ expireDate: inHours(3) }, 'Live, ends within 24 hours'],
    [{ expireDate: inHours(-3), state: 'expired' }, 'Expired: Django starts an empty session'],
    [{ state: 'undecodable', topLevelKeys: null }, 'Refused: Django starts an empty session'],
  ] as const)('the shape of its state has words: %o', async (over, words) => {
    await open([sessionRow(over as Partial<SessionRow>)])
    expect(row(0).get('[role="img"]').attributes('aria-label')).toBe(words)
  })

  test('the owner stands for the login keys, which are not listed again', async () => {
    await open([sessionRow({ topLevelKeys: ['cart', 'viewed', 'next', '_auth_user_id', '_auth_user_hash'], keyCount: 5 }), sessionRow({ userId: null, topLevelKeys: [], keyCount: 0 }), sessionRow({ userId: null, topLevelKeys: null, keyCount: 0, state: 'undecodable' })])
    expect(row(0).text()).toContain('user 42')
    expect(row(0).findAll('.chip').map((chip) => chip.text())).toEqual(['cart', 'viewed', '+1'])
    expect(row(1).text()).toContain('anonymous')
    expect(row(1).text()).toContain('empty')
    expect(row(2).text()).toContain('unknown')
    expect(row(2).text()).toContain('cannot be read')
  })

  test('keys beyond those that were sent are counted', async () => {
    await open([sessionRow({ userId: null, topLevelKeys: ['a', 'b', 'c'], keyCount: 40 })])
    expect(row(0).findAll('.chip').map((chip) => chip.text())).toEqual(['a', 'b', '+38'])
  })

  test.each([
    [{ state: 'valid', verifiedBy: 'SECRET_KEY', reason: null }, 'key', 'SECRET_KEY'],
    [{ state: 'valid', verifiedBy: 'SECRET_KEY_FALLBACKS[0]', reason: null }, 'fallback', 'SECRET_KEY_FALLBACKS[0]'],
    [{ state: 'valid', verifiedBy: 'SECRET_KEY', reason: 'too-old' }, 'bad', 'SESSION_COOKIE_AGE'],
    [{ state: 'bad', verifiedBy: null, reason: 'wrong-key' }, 'bad', 'No known key'],
    [{ state: 'unchecked', verifiedBy: null, reason: null }, 'no key', 'no secret key is known'],
    [{ state: 'absent', verifiedBy: null, reason: null }, 'none', 'no signature'],
  ] as const)('the signature %o is marked %s', async (signature, word, title) => {
    await open([sessionRow({ signature, serializer: null })])
    expect(row(0).get('.signed-mark').text()).toBe(word)
    expect(row(0).get('.signed-mark').attributes('title')).toContain(title)
  })

  test('what users put into a session stays text', async () => {
    await open([sessionRow({ key: '<img src=x onerror=alert(1)>', userId: '<b>1</b>', topLevelKeys: ['<i>x</i>'] })], { maskKeys: false })
    expect(row(0).find('img, b').exists()).toBe(false)
    expect(row(0).find('.keys i').exists()).toBe(false)
  })

  test('a row that is not there yet is a skeleton, which stays hidden for 150 ms', async () => {
    await open([sessionRow(), null])
    expect(row(1).get('.skeleton').classes()).toContain('is-hidden')
    vi.advanceTimersByTime(150)
    await nextTick()
    expect(row(1).get('.skeleton').classes()).not.toContain('is-hidden')
  })
})

test('when it ends, to the second, is told where a pointer comes', async () => {
  await open([sessionRow(), sessionRow({ expireDate: null })])
  const ends = (index: number) => row(index).get('.expires')
  expect(ends(0).attributes('title')).toBeUndefined()
  await ends(0).trigger('pointerover')
  expect(ends(0).attributes('title')).toContain('10:40:00 UTC')
  await ends(1).trigger('pointerover')
  expect(ends(1).attributes('title')).toBe('')
})
