import { DOMWrapper } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { nextTick } from 'vue'
import ColumnsButton from '../../renderer/src/components/table/ColumnsButton.vue'
import SessionTable from '../../renderer/src/components/table/SessionTable.vue'
import { useColumns } from '../../renderer/src/composables/use-columns.ts'
import { isUsual, layOut, moveColumn, readColumns, usualColumns } from '../../renderer/src/format/table-columns.ts'
import { usePreferencesState } from '../../renderer/src/state/use-preferences-state.ts'
import type { KeptColumn } from '../../shared/model/app.ts'
import { preferences } from '../../shared/model/app.ts'
import { DEFAULT_PREFERENCES } from '../../shared/model/default-preferences.ts'
import { mountApp, withSetup } from './mount-app.ts'
import { sessionRow } from './session-rows.ts'

beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 21 * 28 })
})

let mounted: VueWrapper | undefined
afterEach(() => mounted?.unmount())

const shown = (columns: readonly KeptColumn[]): readonly string[] => columns.filter((column) => column.shown).map(({ id }) => id)
const showing = (...ids: readonly string[]): readonly KeptColumn[] => usualColumns().map((column) => ({ ...column, shown: ids.includes(column.id) }))

test('what was kept comes first, in its order; what is new since is there and not shown; the key is always shown', () => {
  const read = readColumns([{ id: 'size', shown: true, width: 90 }, { id: 'key', shown: false, width: null }, { id: 'size', shown: false, width: null }])
  expect(read.map(({ id }) => id)).toEqual(['size', 'key', 'state', 'owner', 'userId', 'expires', 'signedAt', 'serializer', 'keys', 'signed'])
  expect(shown(read)).toEqual(['size', 'key'])
  expect(isUsual(readColumns(undefined))).toBe(true)
  expect(isUsual(read)).toBe(false)
})

test('a width that people gave is kept, the others share what is left', () => {
  const columns = [{ id: 'key', shown: true, width: 200 }, { id: 'owner', shown: true, width: null }, { id: 'size', shown: true, width: null }] as const
  expect(layOut(columns)).toEqual({ template: '200px minmax(78px, 1fr) 54px', leastPx: 200 + 78 + 54 + 4 })
})

test('a column moves by one place, and not beyond the ends', () => {
  expect(moveColumn(usualColumns(), 'key', -1).map(({ id }) => id).slice(0, 2)).toEqual(['key', 'state'])
  expect(moveColumn(usualColumns(), 'state', -1)).toEqual(usualColumns())
  expect(moveColumn(usualColumns(), 'signed', 1)).toEqual(usualColumns())
})

test('changes are preferences that the core takes', () => {
  const { result: [columns, state], unmount } = withSetup(() => [useColumns(), usePreferencesState()] as const)
  columns.resize('owner', 5)
  columns.change(moveColumn(columns.all.value, 'owner', -1))
  expect(state.preferences.columns?.slice(0, 3)).toEqual([{ id: 'state', shown: true, width: null }, { id: 'owner', shown: true, width: 24 }, { id: 'key', shown: true, width: null }])
  expect(preferences.safeParse({ ...DEFAULT_PREFERENCES, ...state.preferences }).success).toBe(true)
  columns.reset()
  expect(columns.all.value).toEqual(usualColumns())
  unmount()
})

async function openTable(columns: readonly KeptColumn[]): Promise<VueWrapper> {
  const row = sessionRow({ signedAt: Date.UTC(2026, 8, 1, 9, 12) })
  mounted = mountApp(SessionTable, {
    attach: true,
    props: { rowCount: 1, rowAt: () => row, isChosen: () => false, active: 0, order: { by: 'expireDate', direction: 'desc' }, sortable: ['expireDate', 'key'], now: Date.UTC(2026, 8, 2, 9, 12), maskKeys: true, compact: false, columns },
  })
  await nextTick()
  return mounted
}

test('the table has the columns that are shown, in their order, heads and cells alike', async () => {
  const table = await openTable(moveColumn(showing('key', 'userId', 'signedAt', 'serializer', 'state'), 'key', -1))
  expect(table.get('[role="grid"]').attributes('aria-colcount')).toBe('5')
  expect(table.findAll('[role="columnheader"]').map((head) => head.text())).toEqual(['Key', 'State', 'User id', 'Saved', 'Serializer'])
  expect(table.findAll('[role="gridcell"]').map((cell) => cell.text())).toEqual(['k3v9ta…', '', '42', '1 d ago', 'json'])
})

test('a column’s edge is a separator that keys move, and Enter brings the usual width back', async () => {
  const table = await openTable(usualColumns().map((column) => (column.id === 'size' ? { ...column, width: 80 } : column)))
  const edge = table.get('[role="separator"][aria-label="Width of Size"]')
  expect(edge.attributes()).toMatchObject({ 'tabindex': '0', 'aria-orientation': 'vertical', 'aria-valuenow': '80' })
  for (const [key, shiftKey] of [['ArrowRight', false], ['ArrowRight', true], ['ArrowLeft', false], ['Home', false], ['End', false], ['Enter', false]] as const) await edge.trigger('keydown', { key, shiftKey })
  expect(table.emitted('resize')).toEqual([['size', 84], ['size', 124], ['size', 120], ['size', 24], ['size', 800], ['size', null]])
})

test('the popover shows and moves columns; the key cannot be left out; the focus goes along with what was moved', async () => {
  const page = new DOMWrapper(document.body)
  let now = usualColumns()
  mounted = mountApp(ColumnsButton, { attach: true, props: { columns: usualColumns(), onChange: (columns: readonly KeptColumn[]) => {
    now = columns
    return mounted?.setProps({ columns })
  } } })
  await mounted.get('button').trigger('click')
  await nextTick()
  const line = (id: string) => page.get(`[data-column="${id}"]`)
  expect(page.findAll('[data-column] input')).toHaveLength(9)
  expect(line('key').text()).toContain('always shown')
  expect(page.findAll('button').find((button) => button.text() === 'Usual columns')?.attributes('aria-disabled')).toBe('true')

  await line('size').get('input').setValue(false)
  expect(shown(now)).toEqual(['state', 'key', 'owner', 'expires', 'keys', 'signed'])
  await line('owner').get('[data-by="-1"]').trigger('click')
  await nextTick()
  expect(shown(now)).toEqual(['state', 'owner', 'key', 'expires', 'keys', 'signed'])
  expect(document.activeElement).toBe(line('owner').get('[data-by="-1"]').element)
  expect(page.get('.columns-panel [role="status"]').text()).toBe('Owner is column 2 of 10.')
  await line('state').get('[data-by="-1"]').trigger('click')
  expect(mounted.emitted('change')).toHaveLength(2)
})
