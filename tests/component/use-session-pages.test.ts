import { flushPromises } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import { effectScope } from 'vue'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { Cursor, SessionListPage } from '../../shared/model/session.ts'
import { sessionRows } from './session-rows.ts'
import { PAGE_ROWS, useSessionPages } from '../../renderer/src/composables/use-session-pages.ts'

interface Request { readonly cursor: Cursor | null; readonly signal: AbortSignal; answer(page: SessionListPage): Promise<void>; fail(error: CoatcheckError): Promise<void> }

/** A store that answers when it is told to. Cursor `n` begins row n. */
function openPages() {
  const requests: Request[] = []
  const scope = effectScope()
  const pages = scope.run(() => useSessionPages((cursor, signal) => new Promise((resolve, reject) => {
    requests.push({
      cursor, signal,
      answer: async (page) => { resolve(page); await flushPromises() },
      fail: async (error) => { reject(error); await flushPromises() },
    })
  })))
  if (pages === undefined) throw new Error('no scope')
  return { pages, requests, end: () => scope.stop() }
}

const page = (number: number, next: boolean, rows = PAGE_ROWS): SessionListPage => ({ rows: sessionRows(number * PAGE_ROWS, rows), next: next ? String((number + 1) * PAGE_ROWS) : null, examined: rows })
const last = <T>(items: readonly T[]): T => {
  const item = items.at(-1)
  if (item === undefined) throw new Error('nothing')
  return item
}

describe('pages of sessions', () => {
  test('rows appear when their page is there, and the end is known after the last page', async () => {
    const { pages, requests } = openPages()
    pages.show(0, 20)
    expect(requests.map(({ cursor }) => cursor)).toEqual([null])
    expect(pages.rowAt(0)).toBeNull()
    await last(requests).answer(page(0, true))
    expect(pages.rowAt(7)?.key).toBe('7-session-key')
    expect(pages.reach.value).toBe(2 * PAGE_ROWS)
    expect(pages.end.value).toBeNull()

    pages.show(190, 210)
    expect(last(requests).cursor).toBe('200')
    await last(requests).answer(page(1, false, 30))
    expect(pages.end.value).toBe(230)
    expect(pages.rowAt(229)?.key).toBe('229-session-key')
  })

  test('a page far away is read as soon as its cursor is learnt', async () => {
    const { pages, requests } = openPages()
    pages.show(0, 20)
    await last(requests).answer(page(0, true))
    pages.show(100_000, 100_020)
    expect(requests).toHaveLength(1)
    pages.learnCursor(500, '100000')
    expect(last(requests).cursor).toBe('100000')
  })

  test('the next page is read before it comes on screen, after what is on screen; when it fails nothing is said until then', async () => {
    const { pages, requests } = openPages()
    for (const number of [5, 6]) pages.learnCursor(number, String(number * PAGE_ROWS))
    pages.show(6 * PAGE_ROWS - 30, 6 * PAGE_ROWS - 10)
    expect(requests.map(({ cursor }) => cursor)).toEqual(['1000', '1200'])
    await last(requests).fail(new CoatcheckError('STORE_BUSY', verbatim('The database is locked.')))
    expect(pages.failure.value).toBeNull()
    pages.show(6 * PAGE_ROWS, 6 * PAGE_ROWS + 20)
    expect(last(requests).cursor).toBe('1200')
    await last(requests).fail(new CoatcheckError('STORE_BUSY', verbatim('The database is locked.')))
    expect(pages.failure.value?.code).toBe('STORE_BUSY')
  })

  test('requests for pages that were scrolled past are aborted, and their late answers are dropped', async () => {
    const { pages, requests } = openPages()
    for (const number of [5, 9]) pages.learnCursor(number, String(number * PAGE_ROWS))
    pages.show(1000, 1010)
    const passed = last(requests)
    pages.show(1800, 1810)
    expect(passed.signal.aborted).toBe(true)
    await passed.answer(page(5, true))
    expect(pages.rowAt(1000)).toBeNull()
    await last(requests).answer(page(9, true))
    expect(pages.rowAt(1800)?.key).toBe('1800-session-key')
  })

  test('an answer from before a reset is dropped', async () => {
    const { pages, requests } = openPages()
    pages.show(0, 20)
    const before = last(requests)
    pages.reset({ keepShown: false })
    expect(before.signal.aborted).toBe(true)
    await before.answer(page(0, true))
    expect(pages.rowAt(0)).toBeNull()
    expect(requests).toHaveLength(2)
  })

  test('reading again keeps what is on screen until the new rows are there', async () => {
    const { pages, requests } = openPages()
    pages.show(0, 20)
    await last(requests).answer(page(0, false))
    pages.reset({ keepShown: true })
    expect(pages.rowAt(3)?.key).toBe('3-session-key')
    await last(requests).answer({ rows: sessionRows(1000, 10), next: null, examined: 10 })
    expect(pages.rowAt(3)?.key).toBe('1003-session-key')
    expect(pages.rowAt(11)).toBeNull()
  })

  test('old rows beyond the new end go when they are dropped', async () => {
    const { pages, requests } = openPages()
    pages.learnCursor(5, '1000')
    pages.show(1000, 1010)
    await last(requests).answer(page(5, false))
    pages.reset({ keepShown: true })
    expect(pages.rowAt(1000)).not.toBeNull()
    pages.dropKept()
    expect(pages.rowAt(1000)).toBeNull()
  })

  test('sixty pages are kept; the one that was seen longest ago goes first', async () => {
    const { pages, requests } = openPages()
    for (let number = 1; number <= 61; number += 1) pages.learnCursor(number, String(number * PAGE_ROWS))
    for (let number = 0; number <= 60; number += 1) {
      pages.show(number * PAGE_ROWS + 90, number * PAGE_ROWS + 100)
      await last(requests).answer(page(number, true))
      // Page 1 is looked at again and again.
      if (number > 1) pages.show(PAGE_ROWS + 90, PAGE_ROWS + 100)
    }
    expect(pages.rowAt(0)).toBeNull()
    expect(pages.rowAt(PAGE_ROWS)).not.toBeNull()
    expect(pages.rowAt(60 * PAGE_ROWS)).not.toBeNull()
  })

  test('a failure is kept with its reason, and gone after the next good page', async () => {
    const { pages, requests } = openPages()
    pages.show(0, 10)
    await last(requests).fail(new CoatcheckError('STORE_BUSY', verbatim('The database is locked.')))
    expect(pages.failure.value?.code).toBe('STORE_BUSY')
    pages.show(0, 10)
    await last(requests).answer(page(0, false))
    expect(pages.failure.value).toBeNull()
  })

  test('a range is read page after page, whatever is on screen meanwhile', async () => {
    const { pages, requests } = openPages()
    pages.show(0, 10)
    await last(requests).answer(page(0, true))
    const range = pages.readRange(190, 410)
    await flushPromises()
    pages.show(0, 10)
    expect(last(requests).signal.aborted).toBe(false)
    await last(requests).answer(page(1, true))
    await last(requests).answer(page(2, false))
    const rows = await range
    expect(rows).toHaveLength(221)
    expect([rows[0]?.key, rows.at(-1)?.key]).toEqual(['190-session-key', '410-session-key'])
  })

  test('everything is stopped when its owner goes', () => {
    const { pages, requests, end } = openPages()
    pages.show(0, 10)
    end()
    expect(last(requests).signal.aborted).toBe(true)
  })
})
