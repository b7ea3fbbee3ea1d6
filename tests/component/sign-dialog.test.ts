import { DOMWrapper, flushPromises } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import SignDialog from '../../renderer/src/components/decoder/SignDialog.vue'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { DecodedText } from '../../shared/model/session.ts'
import { cacheText, decodedText } from './fixtures.ts'
import { fakeClient, giveElementsSize, mountWith } from './mount.ts'

let wrapper: ReturnType<typeof mountWith> | null = null

/** The dialog, open, over a client that answers from a table. */
async function open(text: DecodedText, answers: Parameters<typeof fakeClient>[0]) {
  const client = fakeClient(answers)
  const isOpen = ref(true)
  wrapper = mountWith({ setup: () => () => h(SignDialog, { text, keysFrom: { sourceId: null }, open: isOpen.value, 'onUpdate:open': (next: boolean) => { isOpen.value = next } }) }, {}, client)
  await flushPromises()
  const dialog = new DOMWrapper(document.body).get('[role="dialog"]')
  const button = (name: string) => {
    const found = dialog.findAll('button').find((each) => each.text() === name)
    if (found === undefined) throw new Error(`no button ${name}: ${dialog.text()}`)
    return found
  }
  const press = async (name: string) => {
    await button(name).trigger('click')
    await flushPromises()
  }
  const result = () => (dialog.find('textarea').exists() ? dialog.get('textarea').element.value : null)
  return { dialog, client, press, button, result, isOpen }
}

beforeAll(giveElementsSize)
afterEach(() => {
  wrapper?.unmount()
  document.body.innerHTML = ''
})

const SIGNED = { text: 'new:text:signed', format: 'django-signed', keyName: 'SECRET_KEY', sizeBytes: 15, cookieBytes: 120, checks: [{ level: 'warn', sentence: { id: 'changes.checks.reserved', params: { key: '_auth_user_id' } } }] } as const

describe('a signed text', () => {
  it('is signed as the found one was, with its checks', async () => {
    const { dialog, client, press, result } = await open(decodedText(), { 'decoder.sign': () => SIGNED })
    expect(dialog.text()).toContain('Edit and sign again')
    expect(result()).toBeNull()
    await press('Sign')
    expect(client.asked).toMatchObject([{ name: 'decoder.sign', input: { sourceId: null, like: { format: 'django-signed', serializer: 'json', keyName: 'SECRET_KEY' } } }])
    expect(result()).toBe('new:text:signed')
    expect(dialog.text()).toContain('120 B with its name and attributes, signed with SECRET_KEY')
    expect(dialog.text()).toContain('_auth_user_id is a key that Django uses itself')
  })

  it('says why it could not be signed', async () => {
    const { dialog, press, result } = await open(decodedText(), { 'decoder.sign': () => { throw new CoatcheckError('SIGNATURE_KEY_MISSING', verbatim('No SECRET_KEY is known.')) } })
    await press('Sign')
    expect(dialog.get('[role="alert"]').text()).toContain('No SECRET_KEY is known.')
    expect(result()).toBeNull()
  })

  it('is forgotten when the data changes after it', async () => {
    const { dialog, press, result } = await open(decodedText(), { 'decoder.sign': () => SIGNED })
    await press('Sign')
    const line = dialog.findAll('[role="treeitem"]').find((each) => each.text().startsWith('qty:'))
    await line?.trigger('mousedown')
    await dialog.get('[role="tree"]').trigger('keydown', { key: 'Delete' })
    await flushPromises()
    expect(dialog.get('[role="tree"]').text()).not.toContain('qty')
    expect(result()).toBeNull()
  })

  it('closes without writing anything', async () => {
    const { press, isOpen, client } = await open(decodedText(), {})
    await press('Close')
    expect(isOpen.value).toBe(false)
    expect(client.asked).toEqual([])
  })
})

describe('the value of a cache', () => {
  const answers: Parameters<typeof fakeClient>[0] = { 'decoder.encodeValue': () => ({ base64: btoa('\x80\x05}.'), sizeBytes: 4, checks: [{ level: 'ok', sentence: { id: 'changes.checks.unsigned', params: {} } }] }) }

  it('is written in the form it was found in, and signed by nobody', async () => {
    const text = cacheText({ flags: 1, container: 'memcached' })
    const { dialog, client, press, result } = await open(text, answers)
    expect(dialog.text()).toContain('same serializer, compression and container')
    await press('Write')
    expect(client.asked).toMatchObject([{ name: 'decoder.encodeValue', input: { form: text.cache, before: text.data } }])
    expect(result()).toBe('gAV9Lg==')
    expect(dialog.text()).toContain('4 B, flags 1. Nothing is signed in a cache.')
  })

  it('is spelled as it is needed: redis-cli first for Redis', async () => {
    const { press, result } = await open(cacheText(), answers)
    await press('Write')
    expect(result()).toBe(String.raw`"\x80\x05}."`)
    await press('Python')
    expect(result()).toBe(String.raw`b'\x80\x05}.'`)
    await press('Hex')
    expect(result()).toBe('80057d2e')
  })

  it('typed values stay typed', async () => {
    const { dialog, client, press } = await open(cacheText({}, { data: '{"at":{"$datetime":"2026-01-02T03:04:05"},"n":1}' }), answers)
    expect(dialog.text()).toContain('datetime')
    await press('Write')
    expect(client.asked[0]?.input).toMatchObject({ data: '{"at":{"$datetime":"2026-01-02T03:04:05"},"n":1}' })
  })
})
