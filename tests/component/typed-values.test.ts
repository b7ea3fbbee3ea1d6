import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import DataTree from '../../renderer/src/components/tree/DataTree.vue'
import type { SerializerId } from '../../shared/model/session.ts'
import type { DataNode } from '../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../shared/values/notation.ts'
import { giveElementsSize, mountWith } from './mount.ts'

function data(text: string): DataNode {
  const parsed = parseNotation(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.node
}

let mounted: ReturnType<typeof mountWith> | null = null
async function open(text: string, serializer: SerializerId = 'pickle') {
  const root = ref(data(text))
  const wrapper = mountWith({ setup: () => () => h(DataTree, { root: root.value, label: 'Session data', editable: true, serializer, onEdit: (next: DataNode) => { root.value = next } }) }, {})
  mounted = wrapper
  await flushPromises()
  const line = (key: string) => {
    const found = wrapper.findAll('[role="treeitem"]').find((each) => each.text().startsWith(`${key}:`))
    if (found === undefined) throw new Error(`no line ${key}`)
    return found
  }
  return { wrapper, line, notation: () => formatNotation(root.value, { interchange: false }) }
}
beforeAll(giveElementsSize)
afterEach(() => mounted?.unmount())

describe('values that only pickle carries', () => {
  it('have a tag with the name of their type before them', async () => {
    const { line } = await open('{"at":{"$datetime":"2026-09-02T09:12:00+00:00"},"price":{"$decimal":"49.90"},"id":{"$uuid":"00000000-0000-0000-0000-000000000005"},"blob":{"$bytes":"nyxB1w=="}}')
    expect(['at', 'price', 'id', 'blob'].map((key) => line(key).text().replace(/\s+/g, ' '))).toEqual([
      'at:datetime2026-09-02 09:12:00+00:00', 'price:Decimal49.90', 'id:UUID00000000-0000-0000-0000-000000000005', 'blob:bytes0x9f2c41d7 4 B',
    ])
  })

  it('list what is in tuples and sets, and say of what type a key is', async () => {
    const { wrapper, line } = await open('{"$dict":[["t",{"$tuple":[1,{"$set":["a"]}]}],[7,"seven"]]}')
    expect(line('t').text()).toContain('tuple')
    expect(wrapper.findAll('[role="treeitem"]').map((each) => each.attributes('aria-level'))).toEqual(['1', '2', '2', '3', '1'])
    expect(wrapper.text()).toContain('int7:')
  })

  it('are edited in place, and refused when Python would refuse them', async () => {
    const { line, notation } = await open('{"price":{"$decimal":"49.90"}}')
    await line('price').get('.what').trigger('dblclick')
    await flushPromises()
    const input = line('price').get('input')
    await input.setValue('1,5')
    await input.trigger('keydown', { key: 'Enter' })
    expect(line('price').get('[role="alert"]').text()).toBe('A Decimal is a number that Python reads as one: 9.90.')
    await input.setValue('1.50')
    await input.trigger('keydown', { key: 'Enter' })
    expect(notation()).toBe('{"price":{"$decimal":"1.50"}}')
  })

  it('are offered as types only where the serializer can write them', async () => {
    for (const [serializer, has] of [['json', false], ['pickle', true]] as const) {
      const { line } = await open('{"n":1}', serializer)
      await line('n').get('.what').trigger('dblclick')
      await flushPromises()
      expect(line('n').findAll('option').some((option) => option.text() === 'UUID')).toBe(has)
      mounted?.unmount()
      mounted = null
    }
  })
})

describe('objects', () => {
  it('that would run something are shown in words, were not run, and cannot be edited', async () => {
    const { line, notation } = await open('{"x":{"$opaque":"os.system","state":["rm -rf /"],"danger":"call"}}')
    expect(line('x').text().replace(/\s+/g, ' ')).toContain('would runos.system("rm -rf /")was not run')
    expect(line('x').get('.value').classes()).toContain('is-call')
    expect(line('x').find('[aria-label="Edit"]').exists()).toBe(false)
    expect(notation()).toContain('os.system')
  })

  it('of a class show their state; nothing in it can be changed or removed', async () => {
    const { line } = await open('{"o":{"$opaque":"shop.models.Cart","state":{"total":3},"raw":"gA=="}}')
    expect(line('o').text()).toContain('shop.models.Cart')
    expect(line('o').get('.value').attributes('title')).toContain('kept as it was found')
    expect(line('total').text()).toContain('3')
    expect(line('total').find('[aria-label="Remove"]').exists()).toBe(false)
    await line('total').get('.what').trigger('dblclick')
    expect(line('total').find('input').exists()).toBe(false)
  })

  it('that are the same as others name them, and lead there', async () => {
    const { wrapper, line } = await open('{"cart":{"items":[[1]]},"again":{"$ref":"#/cart/items/0"}}')
    expect(line('again').text()).toContain('same object as cart.items[0]')
    await line('again').get('button').trigger('click')
    await flushPromises()
    expect(wrapper.get('.is-active').text()).toContain('0:')
  })

  it('keys that are no texts are renamed in the typed notation, and references follow', async () => {
    const { wrapper, line, notation } = await open('{"$dict":[[5,[1]],["same",{"$ref":"#/0/1"}]]}')
    await line('int5').get('.key').trigger('dblclick')
    await flushPromises()
    const input = wrapper.get<HTMLInputElement>('.key-editor input')
    expect(input.element.value).toBe('5')
    await input.setValue('[1]')
    expect(wrapper.get('.key-editor').text()).toContain('No key of a dict')
    await input.setValue('{"$tuple":[1,"x"]}')
    await input.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(notation()).toBe('{"$dict":[[{"$tuple":[1,"x"]},[1]],["same",{"$ref":"#/0/1"}]]}')
  })
})
