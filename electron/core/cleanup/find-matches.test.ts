import { expect, test } from 'vitest'
import { memorySource } from '../../../tests/support/memory-source.ts'
import type { CleanupRule } from '../../../shared/model/cleanup.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { findMatches } from './find-matches.ts'
import { readyRules } from './rules.ts'

const NOW = Date.parse('2026-09-01T00:00:00Z')
const { signal } = new AbortController()

/** One session whose data takes too long to read, and one of nobody. */
async function found(...rules: readonly CleanupRule[]): Promise<{ readonly keys: readonly string[]; readonly unread: number }> {
  const { rows, source } = memorySource({ now: NOW })
  for (const key of ['a-slow', 'b-read']) rows.set(key, { data: Buffer.from('e30:1uZ:x'), expireDate: (NOW - 1000) * 1000 })
  const slow: SessionSource = {
    ...source,
    decoder: {
      ...source.decoder,
      summarize: async (data, context, until) => (await source.decoder.summarize(data, context, until)).map((summary, index) => (index === 0 ? { ...summary, topLevelKeys: null, readable: true, unread: true } : summary)),
    },
  }
  const ready = { ...(await readyRules(slow, rules, NOW, signal)), audits: false, alone: null }
  let [keys, unread]: [readonly string[], number] = [[], 0]
  for await (const step of findMatches(slow, ready, NOW, signal)) {
    keys = [...keys, ...step.matches.map(({ row }) => row.key)]
    unread += step.unread
  }
  return { keys, unread }
}

test('what takes too long to read fits no rule that needs its data, and is counted; a rule of its end still means it', async () => {
  const ended = await found({ kind: 'expired' })
  expect(ended).toEqual({ keys: ['a-slow', 'b-read'], unread: 0 })
  expect(await found({ kind: 'undecodable' })).toMatchObject({ unread: 1 })
  expect((await found({ kind: 'undecodable' })).keys).not.toContain('a-slow')
  expect(await found({ kind: 'query', where: '-user:#1' })).toMatchObject({ unread: 1, keys: ['b-read'] })
})
