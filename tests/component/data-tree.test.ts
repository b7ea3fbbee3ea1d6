import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import DataTree from '../../renderer/src/components/tree/DataTree.vue'
import { dataChanges } from '../../renderer/src/components/tree/data-changes.ts'
import type { DataNode } from '../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../shared/values/notation.ts'
import { giveElementsSize, mountWith } from './mount.ts'

function data(text: string): DataNode {
  const parsed = parseNotation(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.node
}

const ORIGINAL = data('{"cart":{"sku":"A1","qty":2},"_auth_user_hash":"deadbeef01","n":9007199254740993}')
const copied: string[] = []

/** A tree whose edits come back to it, as the inspector does it. */
function mountTree(start: DataNode = ORIGINAL, editable = true) {
  const root = ref(start)
  const Host = { setup: () => () => h(DataTree, {
    root: root.value, label: 'Session data', editable, changes: dataChanges(start, root.value),
    onEdit: (next: DataNode) => { root.value = next }, onCopy: (what: string, path: readonly number[]) => copied.push(`${what} ${path.join('/')}`),
  }) }
  const wrapper = mountWith(Host, {})
  const tree = wrapper.get('[role="tree"]')
  const active = () => wrapper.find(`[id="${tree.attributes('aria-activedescendant') ?? ''}"]`)
  const press = async (key: string, more: object = {}) => { await tree.trigger('keydown', { key, ...more }); await flushPromises() }
  const lines = () => wrapper.findAll('[role="treeitem"]').map((line) => line.text())
  return { wrapper, tree, active, press, lines, notation: () => formatNotation(root.value, { interchange: false }) }
}

beforeAll(giveElementsSize)
beforeEach(() => { copied.length = 0 })
let mounted: ReturnType<typeof mountTree> | null = null
/** The virtual list draws once it has measured. */
async function open(...args: Parameters<typeof mountTree>) {
  mounted = mountTree(...args)
  await flushPromises()
  return mounted
}
afterEach(() => mounted?.wrapper.unmount())

describe('the data tree by keyboard', () => {
  it('moves, closes and opens as the tree pattern asks', async () => {
    const { active, press, lines } = await open()
    expect(active().text()).toContain('cart')
    expect(active().attributes('aria-expanded')).toBe('true')
    await press('ArrowDown')
    expect(active().text()).toContain('sku')
    expect(active().attributes('aria-level')).toBe('2')
    await press('ArrowLeft')
    expect(active().text()).toContain('cart')
    await press('ArrowLeft')
    expect(active().attributes('aria-expanded')).toBe('false')
    expect(lines()).toHaveLength(3)
    await press('ArrowRight')
    await press('ArrowRight')
    expect(active().text()).toContain('sku')
    await press('End')
    expect(active().text()).toContain('n:')
    await press('Home')
    expect(active().text()).toContain('cart')
  })

  it('jumps to a key by its first letter', async () => {
    const { active, press } = await open()
    await press('q')
    expect(active().text()).toContain('qty')
  })

  it('copies value and path of the active line', async () => {
    const { press } = await open()
    await press('ArrowDown')
    await press('c', { ctrlKey: true })
    await press('C', { ctrlKey: true, shiftKey: true })
    expect(copied).toEqual(['value 0/0', 'path 0/0'])
  })
})

describe('texts that were looked for', () => {
  const long = `${'x'.repeat(300)} a Blue Mug ${'y'.repeat(300)}`
  const notation = JSON.stringify({ mugs: 2, note: 'say "blue MUG"', long, api_token: 'mug', login: { password: { of: 'mug' } }, amount: 1742 })

  async function marked(...searched: readonly string[]) {
    const wrapper = mountWith(DataTree, { root: data(notation), label: 'Session data', searched })
    await flushPromises()
    const marks = wrapper.findAll('mark').map((mark) => mark.text())
    const text = wrapper.text()
    wrapper.unmount()
    return { marks, text }
  }

  it('are marked where they stand, also far into a long value, and never in what is shown only on demand', async () => {
    const { marks, text } = await marked('mug')
    expect(marks).toEqual(['mug', 'MUG', 'Mug'])
    expect(text).toContain('"…')
  })

  it('may hold quotes, several words, or digits of a number', async () => {
    expect((await marked('"blue mug"')).marks).toEqual(['\\"blue MUG\\"'])
    expect((await marked('blue mug', '742')).marks).toEqual(['blue MUG', 'Blue Mug', '742'])
    expect((await marked()).marks).toEqual([])
  })
})

describe('the data tree, edited in place', () => {
  it('takes a typed value with Enter, lights the line and says what it was', async () => {
    const { wrapper, press, active, notation, tree } = await open()
    await press('q')
    await press('Enter')
    const input = wrapper.get('input.text')
    expect(document.activeElement).toBe(input.element)
    await input.setValue('3')
    await input.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(notation()).toContain('"qty":3')
    expect(active().text()).toContain('was 2')
    expect(active().classes()).toContain('is-edited')
    expect(document.activeElement).toBe(tree.element)
  })

  it('keeps what does not fit its type out of the data', async () => {
    const { wrapper, press, notation } = await open()
    await press('q')
    await press('F2')
    const input = wrapper.get('input.text')
    await input.setValue('three')
    await input.trigger('keydown', { key: 'Enter' })
    expect(wrapper.get('[role="alert"]').text()).toContain('int')
    await input.trigger('keydown', { key: 'Escape' })
    await flushPromises()
    expect(notation()).toBe(formatNotation(ORIGINAL, { interchange: false }))
  })

  it('changes the type of a value', async () => {
    const { wrapper, press, notation } = await open()
    await press('q')
    await press('Enter')
    await wrapper.get('select.kind').setValue('str')
    await wrapper.get('input.text').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(notation()).toContain('"qty":"2"')
  })

  it('renames, and refuses a name that is taken', async () => {
    const { wrapper, press, notation, active } = await open()
    await press('q')
    await press('F2', { shiftKey: true })
    const input = wrapper.get('.key-editor input')
    await input.setValue('sku')
    await input.trigger('keydown', { key: 'Enter' })
    expect(wrapper.get('[role="alert"]').text()).toBe('This key exists already')
    await input.setValue('count')
    await input.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(notation()).toContain('"count":2')
    expect(active().text()).toContain('was qty')
  })

  it('removes with Delete and keeps a line active', async () => {
    const { press, notation, active } = await open()
    await press('q')
    await press('Delete')
    expect(notation()).toContain('"cart":{"sku":"A1"}')
    expect(active().exists()).toBe(true)
  })

  it('changes nothing where it is not editable', async () => {
    const { wrapper, press, notation } = await open(ORIGINAL, false)
    await press('q')
    await press('Enter')
    await press('Delete')
    expect(wrapper.find('input').exists()).toBe(false)
    expect(notation()).toBe(formatNotation(ORIGINAL, { interchange: false }))
  })
})

describe('what the data tree shows', () => {
  it('hides a secret until it is revealed', async () => {
    const { wrapper, press, lines } = await open()
    expect(lines().join()).not.toContain('deadbeef01')
    await press('_')
    await press(' ')
    expect(wrapper.text()).toContain('deadbeef01')
  })

  it('marks integers that other readers would round', async () => {
    expect((await open()).lines().find((line) => line.startsWith('n:'))).toContain('big int')
  })

  it('shows both of two equal keys, and that Django keeps the last', async () => {
    const { lines } = await open(data('{"a":1,"a":2}'))
    expect(lines()).toEqual(['a:1not used', 'a:2'])
  })

  it('draws a part of ten thousand children, and says how many there are', async () => {
    const { wrapper } = await open(data(`[${Array.from({ length: 10_000 }, (_, index) => String(index)).join(',')}]`))
    const drawn = wrapper.findAll('[role="treeitem"]')
    expect(drawn.length).toBeLessThan(100)
    expect(drawn[0]?.attributes('aria-setsize')).toBe('10000')
  })
})
