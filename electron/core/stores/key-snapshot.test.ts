import { describe, expect, it } from 'vitest'
import { KeySnapshot } from './key-snapshot.ts'

const never = new AbortController().signal

async function* batches(...lists: readonly (readonly string[])[]): AsyncGenerator<readonly string[]> {
  yield* lists
}

async function readAll(snapshot: KeySnapshot, limit: number): Promise<string[]> {
  const keys: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<KeySnapshot['page']>> = await snapshot.page(cursor, limit, never)
    keys.push(...page.keys)
    cursor = page.next
  } while (cursor !== null)
  return keys
}

describe('a snapshot of keys', () => {
  it('gives every key once, across batches that are empty or repeat', async () => {
    for (const limit of [1, 2, 3, 100]) {
      expect(await readAll(new KeySnapshot(batches(['a', 'b'], [], ['b', 'c', 'a'], ['d'], [])), limit)).toEqual(['a', 'b', 'c', 'd'])
    }
  })

  it('asks the store for no more than a page needs', async () => {
    let asked = 0
    async function* endless(): AsyncGenerator<readonly string[]> {
      for (;;) yield [`key${asked++}`]
    }
    const snapshot = new KeySnapshot(endless())
    expect((await snapshot.page(null, 5, never)).keys).toHaveLength(5)
    expect(asked).toBe(6)
  })

  it('never takes a failure for the end', async () => {
    async function* broken(): AsyncGenerator<readonly string[]> {
      yield ['a']
      throw new Error('lost')
    }
    const snapshot = new KeySnapshot(broken())
    await expect(snapshot.page(null, 5, never)).rejects.toThrow('lost')
    await expect(snapshot.page(null, 5, never)).rejects.toThrow('lost')
    expect(snapshot.isComplete).toBe(false)
  })

  it('knows an empty store, and a last page that is full', async () => {
    expect(await new KeySnapshot(batches()).page(null, 10, never)).toMatchObject({ keys: [], next: null })
    expect(await new KeySnapshot(batches(['a', 'b'])).page(null, 2, never)).toMatchObject({ keys: ['a', 'b'], next: null })
  })

  it('serves readers side by side without asking twice', async () => {
    const snapshot = new KeySnapshot(batches(['a'], ['b'], ['c']))
    const [one, two] = await Promise.all([readAll(snapshot, 1), readAll(snapshot, 2)])
    expect(one).toEqual(['a', 'b', 'c'])
    expect(two).toEqual(['a', 'b', 'c'])
  })

  it('refuses the cursor of another snapshot', async () => {
    const other = new KeySnapshot(batches(['a', 'b']))
    const { next } = await other.page(null, 1, never)
    await expect(new KeySnapshot(batches(['a', 'b'])).page(next, 1, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })

  it('lets the next reader try again after a failure, where the store goes on', async () => {
    const answers: (() => IteratorResult<readonly string[]>)[] = [
      () => { throw new Error('gone') },
      () => ({ done: false, value: [] }),
    ]
    const found: AsyncIterable<readonly string[]> = {
      [Symbol.asyncIterator]: () => ({ next: async () => answers.shift()?.() ?? { done: true, value: undefined } }),
    }
    const snapshot = new KeySnapshot(found)
    await expect(snapshot.page(null, 1, never)).rejects.toThrow('gone')
    expect((await snapshot.page(null, 1, never)).keys).toEqual([])
  })
})
