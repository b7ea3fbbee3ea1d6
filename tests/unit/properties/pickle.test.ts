import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPickle } from '../../../electron/core/codecs/pickle/read.ts'
import { writePickle } from '../../../electron/core/codecs/pickle/write.ts'
import type { DataNode, DictNode } from '../../../shared/values/node.ts'
import { opaqueNode, pickledSessions, sharedSessions } from '../../support/arbitrary-data.ts'
import { holds, SEED } from '../../support/property.ts'

const forms = fc.record({ protocol: fc.integer({ min: 0, max: 5 }), framed: fc.boolean() })

function readOrThrow(pickle: Buffer): Extract<ReturnType<typeof readPickle>, { ok: true }> {
  const read = readPickle(pickle)
  if (!read.ok) throw new Error(`${read.reason} at ${read.offset}`)
  return read
}

describe(`pickles written and read, seed ${SEED}`, () => {
  test('data of every kind comes back, in every protocol and framing', () => {
    holds(fc.tuple(pickledSessions, forms), ([data, form]) => {
      const pickle = writePickle(data, form)
      const { node, facts } = readOrThrow(pickle)
      expect(node).toEqual(data)
      expect(facts).toMatchObject({ danger: 'data', calls: [], trailingBytes: 0 })
      if (form.protocol >= 2) expect(facts.protocol).toBe(form.protocol)
      expect(facts.framed).toBe(form.framed && form.protocol >= 4 && pickle.length >= 6 + 9)
    })
  })

  test('what is shared stays shared, and what holds itself holds itself', () => {
    holds(fc.tuple(sharedSessions, forms), ([data, form]) => {
      expect(readOrThrow(writePickle(data, form)).node).toEqual(data)
    })
  })

  test('objects of classes come back as they were', () => {
    holds(fc.tuple(pickledSessions, forms), ([state, form]) => {
      const data: DictNode = { kind: 'dict', entries: [{ key: { kind: 'str', value: 'object' }, value: opaqueNode(state, form.protocol) }] }
      const { node, facts } = readOrThrow(writePickle(data, form))
      expect(node).toEqual(data)
      expect(facts.danger).toBe('classes')
    })
  })

  test('written twice, a pickle has the same bytes', () => {
    holds(fc.tuple(sharedSessions, forms), ([data, form]) => {
      const pickle = writePickle(data, form)
      const again: DataNode = readOrThrow(pickle).node
      expect(writePickle(again, form).equals(pickle)).toBe(true)
    })
  })
})
