import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import PaneSplitter from '../../renderer/src/components/shell/PaneSplitter.vue'
import DropZone from '../../renderer/src/components/sources/DropZone.vue'
import FolderBrowser from '../../renderer/src/components/sources/FolderBrowser.vue'
import { toSigningKeys } from '../../renderer/src/components/sources/key-entry.ts'
import OpenDialog from '../../renderer/src/components/sources/OpenDialog.vue'
import RecentList from '../../renderer/src/components/sources/RecentList.vue'
import type { FolderEntry, FolderListing } from '../../shared/model/app.ts'
import { flushPromises, mountApp } from './mount-app.ts'

let wrapper: VueWrapper | null = null
afterEach(() => {
  wrapper?.unmount()
  wrapper = null
})

const entry = (name: string, kind: FolderEntry['kind']): FolderEntry => ({ name, path: `/code/${name}`, kind, sizeBytes: kind === 'sqlite' ? 8192 : null, modifiedAt: 0 })
const LISTING: FolderListing = { folder: '/code', parent: '/', entries: [entry('bookings', 'folder'), entry('corner-shop', 'project'), entry('db.sqlite3', 'sqlite')], truncated: false }

describe('the folder browser', () => {
  const open = () => {
    wrapper = mountApp(FolderBrowser, { attach: true, props: { listing: LISTING, failure: null, busy: false } })
    return wrapper
  }
  const press = (key: string) => wrapper?.get('[role="listbox"]').trigger('keydown', { key })

  test('is a list box whose options say what they are', () => {
    const options = open().findAll('[role="option"]')
    expect(options.map((option) => option.attributes('aria-label'))).toEqual(['bookings, folder', 'corner-shop, Django project', 'db.sqlite3, SQLite file'])
    expect(options[0]?.attributes('aria-selected')).toBe('true')
  })

  test('arrows pick, Enter goes into a folder and takes a file, Backspace goes up', async () => {
    open()
    await press('Enter')
    expect(wrapper?.emitted('enter')?.at(-1)).toEqual(['/code/bookings'])
    await press('End')
    expect(wrapper?.emitted('pick')?.at(-1)).toEqual([LISTING.entries[2]])
    await press('Enter')
    expect(wrapper?.emitted('choose')?.at(-1)).toEqual([LISTING.entries[2]])
    await press('Backspace')
    expect(wrapper?.emitted('enter')?.at(-1)).toEqual(['/'])
  })

  test('a letter goes to the next name that begins with it', async () => {
    open()
    await press('d')
    expect(wrapper?.emitted('pick')?.at(-1)).toEqual([LISTING.entries[2]])
  })
})

describe('the dialog that opens a source', () => {
  const open = async () => {
    wrapper = mountApp(OpenDialog, {
      attach: true,
      props: { 'open': true, 'onUpdate:open': (value: boolean) => wrapper?.setProps({ open: value }), 'initialPath': '/code/corner-shop', 'nativeDialogs': false, 'opening': false, 'failure': null, 'listing': LISTING, 'listingFailure': null, 'listingBusy': false },
    })
    await flushPromises()
  }
  const field = <T extends HTMLElement>(selector: string): T => {
    const found = document.body.querySelector<T>(selector)
    if (found === null) throw new Error(`no ${selector}`)
    return found
  }
  const type = async (input: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> => {
    input.value = text
    input.dispatchEvent(new Event('input'))
    await nextTick()
  }
  const submit = async (): Promise<void> => {
    field<HTMLFormElement>('form').dispatchEvent(new Event('submit', { cancelable: true }))
    await nextTick()
  }

  test('opens a path without a key, and says nothing of keys or clocks then', async () => {
    await open()
    await submit()
    expect(wrapper?.emitted('submit')).toEqual([[{ path: '/code/corner-shop', table: '' }]])
  })

  test('asks for a password where a server is named, sends it beside the URL, and forgets it', async () => {
    await open()
    expect(document.body.querySelectorAll('input[type="password"]')).toHaveLength(1)
    await type(field<HTMLInputElement>('input'), 'postgresql://ana@db/shop')
    const password = field<HTMLInputElement>('input[type="password"]')
    await type(password, 'hunter2')
    await submit()
    expect(wrapper?.emitted('submit')?.at(-1)).toEqual([{ path: 'postgresql://ana@db/shop', table: '', password: 'hunter2' }])
    await wrapper?.setProps({ open: false })
    await wrapper?.setProps({ open: true })
    await flushPromises()
    expect([...document.body.querySelectorAll<HTMLInputElement>('input')].map((input) => input.value)).not.toContain('hunter2')
  })

  test('hides the key, sends it once, and forgets it when it closes', async () => {
    await open()
    const key = field<HTMLInputElement>('input[type="password"]')
    await type(key, '  django-insecure-x ')
    await submit()
    expect(wrapper?.emitted('submit')?.at(-1)).toEqual([{ path: '/code/corner-shop', table: '', keys: { secretKey: 'django-insecure-x', fallbacks: [] } }])
    await wrapper?.setProps({ open: false })
    await wrapper?.setProps({ open: true })
    await flushPromises()
    expect(field<HTMLInputElement>('input[type="password"]').value).toBe('')
  })

  test('refuses a time zone that does not exist, and sends one that does', async () => {
    await open()
    field<HTMLButtonElement>('button[aria-expanded]').click()
    await nextTick()
    const local = [...document.body.querySelectorAll<HTMLElement>('[role="radio"]')].at(-1)
    local?.click()
    await nextTick()
    const zone = field<HTMLInputElement>('input[list]')
    await type(zone, 'Mars/Olympus')
    await submit()
    expect(wrapper?.emitted('submit')).toBeUndefined()
    expect(field('[role="alert"]').textContent).toContain('Mars/Olympus is not a time zone')
    await type(zone, 'Europe/Berlin')
    await submit()
    expect(wrapper?.emitted('submit')?.at(-1)).toEqual([{ path: '/code/corner-shop', table: '', clock: { useTz: false, timeZone: 'Europe/Berlin' } }])
  })
})

test('older keys are read one from each line, in order; nothing typed is no keys', () => {
  expect(toSigningKeys(' new ', 'old\n\n older \n')).toEqual({ secretKey: 'new', fallbacks: ['old', 'older'] })
  expect(toSigningKeys('', 'old')).toEqual({ secretKey: null, fallbacks: ['old'] })
  expect(toSigningKeys('  ', '\n')).toBeNull()
})

test('dropped text goes on as text, a file as a file', async () => {
  wrapper = mountApp(DropZone, { props: { takesFiles: false } })
  await wrapper.trigger('drop', { dataTransfer: { files: [], getData: () => 'sessionid=x' } })
  const file = new File([], 'db.sqlite3')
  await wrapper.trigger('drop', { dataTransfer: { files: [file], getData: () => '' } })
  expect(wrapper.emitted('text')).toEqual([['sessionid=x']])
  expect(wrapper.emitted('file')).toEqual([[file]])
})

test('recent places are numbered, and one that is gone says so', () => {
  vi.useRealTimers()
  const recent = [true, false].map((present, index) => ({ target: { kind: 'sqlite', path: `/${index}`, table: 'django_session' }, name: `db${index}`, location: `/${index}`, openedAt: 0, present }))
  wrapper = mountApp(RecentList, { props: { recent, now: 60_000 } })
  const buttons = wrapper.findAll('button.recent')
  expect(buttons.map((button) => button.attributes('aria-keyshortcuts'))).toEqual(['1', '2'])
  expect(buttons[0]?.text()).toContain('1 min ago')
  expect(buttons[1]?.text()).toContain('not there any more')
})

describe('the splitter', () => {
  const open = (sizes: 'before' | 'after') => {
    wrapper = mountApp(PaneSplitter, { props: { 'modelValue': 212, 'onUpdate:modelValue': (value: number) => wrapper?.setProps({ modelValue: value }), 'label': 'Width', 'min': 160, 'max': 400, 'usual': 212, sizes, 'controls': 'pane' } })
    return wrapper
  }
  const width = (): string | undefined => wrapper?.attributes('aria-valuenow')

  test('moves by 4 px, or 40 with Shift, within its limits', async () => {
    await open('before').trigger('keydown', { key: 'ArrowRight' })
    expect(width()).toBe('216')
    await wrapper?.trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
    expect(width()).toBe('176')
    await wrapper?.trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
    expect(width()).toBe('160')
    await wrapper?.trigger('keydown', { key: 'End' })
    expect(width()).toBe('400')
  })

  test('grows to the left where it sizes the pane after it, and a double click brings the usual width', async () => {
    await open('after').trigger('keydown', { key: 'ArrowLeft' })
    expect(width()).toBe('216')
    await wrapper?.trigger('dblclick')
    expect(width()).toBe('212')
  })
})
