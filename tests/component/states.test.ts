import { afterEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import BaseButton from '../../renderer/src/components/base/BaseButton.vue'
import BaseNote from '../../renderer/src/components/base/BaseNote.vue'
import EnvironmentTag from '../../renderer/src/components/base/EnvironmentTag.vue'
import EmptyState from '../../renderer/src/components/states/EmptyState.vue'
import ErrorState from '../../renderer/src/components/states/ErrorState.vue'
import LoadingState from '../../renderer/src/components/states/LoadingState.vue'
import AccessView from '../../renderer/src/views/AccessView.vue'
import { CoatcheckError, ERROR_CODES } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import { errors } from '../../shared/words/en/errors.ts'
import { mountApp } from './mount-app.ts'

afterEach(() => vi.useRealTimers())

describe('an error', () => {
  const error = new CoatcheckError('STORE_BUSY', verbatim('Another program holds a write lock on db.sqlite3.'), { hint: verbatim('Close the other browser of this file.'), subject: 'db.sqlite3' })

  test('shows title, reason, next step and code, and is announced', async () => {
    const wrapper = mountApp(ErrorState, { props: { error } })
    expect(wrapper.attributes('role')).toBe('alert')
    for (const text of [errors.STORE_BUSY, 'Another program holds', 'Next:', 'Close the other browser', 'STORE_BUSY', 'db.sqlite3']) expect(wrapper.text()).toContain(text)
    await wrapper.get('button').trigger('click')
    expect(wrapper.emitted('retry')).toHaveLength(1)
  })

  test.each(ERROR_CODES)('%s has a title', (code) => {
    const wrapper = mountApp(ErrorState, { props: { error: new CoatcheckError(code, verbatim('Why.')) } })
    expect(wrapper.get('h2').text()).toBe(errors[code])
  })

  test('the report holds what is on screen and nothing else', async () => {
    const writeText = vi.fn(async () => undefined)
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    const wrapper = mountApp(ErrorState, { props: { error, canRetry: false } })
    await wrapper.get('button').trigger('click')
    expect(writeText).toHaveBeenCalledWith('STORE_BUSY\nAnother program holds a write lock on db.sqlite3.\ndb.sqlite3\nClose the other browser of this file.')
    vi.unstubAllGlobals()
  })
})

test('an empty state says what to do', () => {
  const wrapper = mountApp(EmptyState, { props: { heading: 'This store has no sessions' }, slots: { default: () => 'Django adds one.', actions: () => 'Read again' } })
  expect(wrapper.text()).toContain('Django adds one.Read again')
})

test('loading is spoken at once, and drawn only after 150 ms', async () => {
  vi.useFakeTimers()
  const wrapper = mountApp(LoadingState, { props: { label: 'Reading sessions', rows: 3 } })
  expect(wrapper.get('[role="status"]').text()).toBe('Reading sessions')
  expect(wrapper.findAll('.row')).toHaveLength(0)
  vi.advanceTimersByTime(150)
  await nextTick()
  expect(wrapper.findAll('.row')).toHaveLength(3)
})

describe('a button', () => {
  test('that cannot be used stays focusable, and does nothing', async () => {
    const wrapper = mountApp(BaseButton, { props: { disabledReason: 'Unlock this store first.', type: 'submit' }, slots: { default: () => 'Edit' } })
    const button = wrapper.get('button')
    expect(button.attributes('aria-disabled')).toBe('true')
    expect(button.attributes('disabled')).toBeUndefined()
    const click = new MouseEvent('click', { cancelable: true, bubbles: true })
    button.element.dispatchEvent(click)
    expect(click.defaultPrevented).toBe(true)
    expect(wrapper.emitted('click')).toBeUndefined()
  })

  test('that is busy says what it does and takes no second click', async () => {
    const wrapper = mountApp(BaseButton, { props: { busyLabel: 'Opening' }, slots: { default: () => 'Open' } })
    expect(wrapper.text()).toBe('Opening')
    expect(wrapper.get('button').attributes('aria-busy')).toBe('true')
    await wrapper.get('button').trigger('click')
    expect(wrapper.emitted('click')).toBeUndefined()
  })
})

test('a note of danger is announced, others wait to be read', () => {
  expect(mountApp(BaseNote, { props: { tone: 'danger', claim: 'Bad.' } }).attributes('role')).toBe('alert')
  expect(mountApp(BaseNote, { props: { tone: 'info', claim: 'So.' } }).attributes('role')).toBeUndefined()
})

test('the lock of a read-only store has words', () => {
  expect(mountApp(EnvironmentTag, { props: { environment: 'production', locked: true } }).text()).toBe('Read-only, Production')
})

describe('a page without its program', () => {
  test.each([['used', 'Press Enter in the terminal'], ['missing', 'Open the link'], ['ended', 'Start it again']] as const)('%s: says what to do', (state, text) => {
    expect(mountApp(AccessView, { props: { state } }).text()).toContain(text)
  })

  test('that has ended can be tried again', async () => {
    const wrapper = mountApp(AccessView, { props: { state: 'ended' } })
    await wrapper.get('button').trigger('click')
    expect(wrapper.emitted('retry')).toHaveLength(1)
  })
})
