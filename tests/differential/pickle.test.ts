import { describe, expect, test } from 'vitest'
import { readPickle } from '../../electron/core/codecs/pickle/read.ts'
import { writePickle } from '../../electron/core/codecs/pickle/write.ts'
import { formatNotation, parseNotation } from '../../shared/values/notation.ts'
import { findDjangos } from '../support/django.ts'
import { askPython } from '../support/python-peer.ts'
import { PICKLE_ANSWERS } from './pickle-script.ts'

type Made = readonly [seed: number, protocol: number, base64: string | null, error?: string]

const SESSIONS = 700
const PROTOCOLS = [0, 1, 2, 3, 4, 5]
const seeds = Array.from({ length: SESSIONS }, (_, index) => index)
const djangos = findDjangos()

/** Python's bytes to a tree, to text as people edit it, back to a tree, back to bytes. */
function throughNotation(base64: string, seed: number): string {
  const read = readPickle(Buffer.from(base64, 'base64'))
  if (!read.ok) throw new Error(`${seed}: ${read.reason} at ${read.offset}`)
  expect(read.facts.danger, `seed ${seed}: ${JSON.stringify(read.facts.calls)}`).not.toBe('dangerous')
  const text = formatNotation(read.node, { interchange: seed % 2 === 0, indent: seed % 3 })
  const parsed = parseNotation(text)
  if (!parsed.ok) throw new Error(`${seed}: ${parsed.reason} in ${text.slice(parsed.position, parsed.position + 200)}`)
  expect(formatNotation(parsed.node, { interchange: seed % 2 === 0, indent: seed % 3 })).toBe(text)
  return writePickle(parsed.node, { ...read.facts, positions: parsed.positions }).toString('base64')
}

describe.skipIf(djangos.length === 0).each(djangos)('$label', (django) => {

  test('sessions of every kind of value come back equal, through the notation, in every protocol', async () => {
    const made = await askPython<readonly Made[]>(django, PICKLE_ANSWERS, { op: 'make', seeds, protocols: PROTOCOLS })
    const items = made.flatMap(([seed, protocol, base64]) => (base64 === null ? [] : [[seed, protocol, base64, throughNotation(base64, seed)]]))
    // Python itself cannot pickle everything in the old protocols.
    expect(items.length).toBeGreaterThan(made.length * 0.9)
    expect(await askPython(django, PICKLE_ANSWERS, { op: 'check', items })).toEqual([])
  })
})
