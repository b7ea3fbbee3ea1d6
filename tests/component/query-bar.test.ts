import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, test } from 'vitest'
import { defineComponent, h, nextTick, ref, shallowRef } from 'vue'
import QueryBar from '../../renderer/src/components/table/QueryBar.vue'
import SearchStatus from '../../renderer/src/components/table/SearchStatus.vue'
import { useSearch } from '../../renderer/src/composables/use-search.ts'
import { useSessionList } from '../../renderer/src/composables/use-session-list.ts'
import { provideVeil } from '../../renderer/src/composables/use-veil.ts'
import { usePreferencesState } from '../../renderer/src/state/use-preferences-state.ts'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { SessionSearchPage } from '../../shared/model/session.ts'
import type { Source } from '../../shared/model/source.ts'
import { en } from '../../shared/words/en.ts'
import { fakeClient, mountApp, withSetup } from './mount-app.ts'
import { openSource, sessionRows } from './session-rows.ts'

let bar: VueWrapper
afterEach(() => bar.unmount())

function open(props: Record<string, unknown> = {}): VueWrapper {
  bar = mountApp(QueryBar, { attach: true, props: { asked: null, refusal: null, recent: [], names: { paths: [['cart'], ['cart', 'items'], ['cart', 'items', null], ['cart', 'items', null, 'sku']], users: ['ana'] }, ...props } })
  return bar
}
const input = () => bar.get<HTMLInputElement>('input')
const press = (key: string): Promise<void> => input().trigger('keydown', { key })
const options = (): string[] => bar.findAll('[role="option"] .mono').map((option) => option.text())
async function type(text: string): Promise<void> {
  input().element.focus()
  await input().setValue(text)
}

describe('the query bar', () => {
  test('Enter asks, Escape clears, and Escape again leaves', async () => {
    open()
    await type('user:ana has:cart')
    await press('Enter')
    expect(bar.emitted('run')).toEqual([['user:ana has:cart']])
    await press('Escape')
    expect(bar.emitted('clear')).toHaveLength(1)
    expect(input().element.value).toBe('')
    await press('Escape')
    expect(bar.emitted('leave')).toHaveLength(1)
  })

  test('a wrong query is not asked: it is marked where it is wrong, until it is changed', async () => {
    open()
    await type('has:cart state:dead')
    await press('Enter')
    await flushPromises()
    expect(bar.emitted('run')).toBeUndefined()
    expect(bar.get('[role="alert"]').text()).toBe('Character 16: state is never dead. It is one of live, expired, undecodable.')
    expect(bar.get('mark').text()).toBe('dead')
    expect([input().element.selectionStart, input().element.selectionEnd]).toEqual([15, 19])
    expect(input().attributes('aria-invalid')).toBe('true')
    await type('has:cart state:live')
    expect(bar.find('[role="alert"]').exists()).toBe(false)
  })

  test('what the core finds wrong is marked in the same way', async () => {
    open({ asked: 'user:bob', refusal: { message: 'There is no user bob.', position: 5, length: 3 } })
    input().element.focus()
    await bar.setProps({ asked: 'user:bob ' })
    await bar.setProps({ asked: 'user:bob' })
    expect(bar.get('mark').text()).toBe('bob')
  })

  test('fields, values and names that were seen are offered; arrows and Enter take one', async () => {
    open()
    await type('st')
    expect(options()).toEqual(['state:'])
    expect(input().attributes('aria-expanded')).toBe('true')
    await press('ArrowDown')
    expect(bar.get(`[id="${input().attributes('aria-activedescendant') ?? ''}"]`).text()).toContain(en.query.bar.fields['state:'])
    await press('Enter')
    await nextTick()
    expect(input().element.value).toBe('state:')
    expect(options()).toEqual(['live', 'expired', 'undecodable'])
    expect(bar.emitted('run')).toBeUndefined()
    await type('user:a')
    expect(options()).toEqual(['any', 'ana'])
  })

  test('paths into the data go on after each dot and bracket; Tab takes the first, and leaves where there is nothing to take', async () => {
    open()
    await type('-ca')
    expect(options()).toEqual(['cart'])
    const written: string[] = []
    for (let tabs = 0; tabs < 3; tabs += 1) {
      await press('Tab')
      await nextTick()
      written.push(input().element.value)
      if (tabs === 0) await type('-cart.')
      if (tabs === 1) await type('-cart.items[')
    }
    expect(written).toEqual(['-cart', '-cart.items', '-cart.items[]'])
    expect(options()).toEqual(['cart.items[].sku'])
    // What is written is a path already: Tab leaves it as it is, the arrow and Tab take what goes on.
    const tab = new KeyboardEvent('keydown', { key: 'Tab', cancelable: true })
    input().element.dispatchEvent(tab)
    expect(tab.defaultPrevented).toBe(false)
    await press('ArrowDown')
    await press('Tab')
    await nextTick()
    expect(input().element.value).toBe('-cart.items[].sku')
    expect(bar.emitted('look')).not.toHaveLength(0)
    await type('cart.items[].sku=A')
    expect(options()).toEqual([])
  })

  test('while others look, what was asked is hidden but for who writes on, and nothing of it is offered', async () => {
    bar = mountApp(defineComponent({
      setup() {
        usePreferencesState().change({ screenShare: true })
        provideVeil()
        return () => h(QueryBar, { asked: null, refusal: null, recent: ['user:ana'], names: { paths: [['cart']], users: ['ana'] } })
      },
    }), { attach: true })
    input().element.focus()
    await input().trigger('focus')
    expect(options().join(' ')).not.toContain('ana')
    await type('user:an')
    expect(options()).not.toContain('ana')
    expect(bar.find('.veiled').exists()).toBe(false)
    await type('user:ana cart.sku="A1"')
    await press('Enter')
    expect(bar.get('.veiled').text()).toBe('user:•••••• cart.sku=••••••')
    expect(bar.text()).not.toMatch(/ana|A1/)
  })

  test('queries asked before come first while nothing is written', async () => {
    open({ recent: ['has:cart'] })
    input().element.focus()
    await nextTick()
    expect(options()[0]).toBe('has:cart')
  })
})

test.each([
  ['running', null, '2 found · looked at 1,000'], ['running', 50_000, '2 found · looked at 1,000 of 50,000'], ['stopped', 50_000, '2 found · stopped after 1,000 of 50,000'], ['done', 1000, '2 found · all 1,000 looked at'],
] as const)('a search that is %s of %s says %s', (phase, total, said) => {
  bar = mountApp(SearchStatus, { props: { query: null, progress: { phase, found: 2, examined: 1000, filtered: [], unread: 0 }, total } })
  expect(bar.get('[data-search-status]').text()).toBe(said)
  expect(bar.get('[role="status"]').text()).toBe(phase === 'running' ? '' : said)
})

describe('a search', () => {
  /** Two pages; the second waits until it is released. */
  function start() {
    let release = (): void => undefined
    const client = fakeClient({
      'sessions.listPage': () => ({ rows: sessionRows(0, 10), next: null, examined: 10 }),
      'sessions.tally': async function* () { yield { examined: 10, total: 10, live: 10, expired: 0, firstPage: 1, signposts: [], done: true } },
      'sessions.search': async function* ({ where }: { where: string }): AsyncGenerator<SessionSearchPage> {
        if (where === 'user:bob') throw new CoatcheckError('REQUEST_INVALID', verbatim('There is no user bob.'), { position: 5, length: 3 })
        yield { rows: sessionRows(3, 2), found: 2, examined: 5, filtered: [], unread: 1, data: null, etags: null, done: false }
        await new Promise<void>((resolve) => { release = resolve })
        yield { rows: sessionRows(7, 1), found: 3, examined: 10, filtered: [], unread: 1, data: null, etags: null, done: false }
        yield { rows: [], found: 3, examined: 10, filtered: [], unread: 1, data: null, etags: null, done: true }
      },
    })
    const source = shallowRef<Source | null>(openSource())
    const revision = ref(0)
    const made = withSetup(() => useSearch(() => source.value, () => revision.value, useSessionList(() => source.value, () => revision.value)), client)
    bar = { unmount: made.unmount } as VueWrapper
    return { search: made.result, client, source, revision, release: async () => { release(); await flushPromises() } }
  }
  const keys = (search: ReturnType<typeof start>['search']): (string | undefined)[] => Array.from({ length: search.list.rowCount.value }, (_, index) => search.list.rowAt(index)?.key)

  test('what is found stands in the table at once, and in the end all of it', async () => {
    const { search, release } = start()
    await flushPromises()
    expect(search.list.rowCount.value).toBe(10)
    const whole = search.run('has:cart')
    await flushPromises()
    expect(search.progress.value).toEqual({ phase: 'running', found: 2, examined: 5, filtered: [], unread: 1 })
    expect(keys(search)).toEqual(sessionRows(3, 2).map(({ key }) => key))
    await release()
    expect(await whole).toBe(true)
    expect(search.list.rowCount.value).toBe(3)
    expect(await search.list.readRange(1, 9)).toHaveLength(2)
    expect(search.kept.recent.value).toEqual(['has:cart'])
    search.clear()
    expect(search.list.rowCount.value).toBe(10)
  })

  test('stopped, it keeps what it found and stops the core', async () => {
    const { search, client, release } = start()
    const whole = search.run('has:cart')
    await flushPromises()
    search.stop()
    await release()
    expect(await whole).toBe(false)
    expect(search.progress.value).toMatchObject({ phase: 'stopped', found: 2, examined: 5 })
    expect(client.calls.find(({ name }) => name === 'sessions.search')?.signal?.aborted).toBe(true)
  })

  test('refused, it shows no sessions and the reason', async () => {
    const { search } = start()
    expect(await search.run('user:bob')).toBe(false)
    expect(search.list.phase.value).toBe('failed')
    expect(search.failure.value?.details).toMatchObject({ position: 5, length: 3 })
  })

  test('after a change it asks again, and another source begins with every session', async () => {
    const { search, client, source, revision, release } = start()
    void search.run('has:cart')
    await flushPromises()
    await release()
    revision.value += 1
    await flushPromises()
    expect(client.calls.filter(({ name }) => name === 'sessions.search')).toHaveLength(2)
    source.value = { ...openSource(), id: 's2' }
    await flushPromises()
    expect(search.query.value).toBeNull()
  })
})
