import { expect, test } from 'vitest'
import type { DictNode } from '../../../shared/values/node.ts'
import { isForMsgpack, jsonSessions, sharedSessions } from '../../support/arbitrary-data.ts'
import { holds, SEED } from '../../support/property.ts'
import type { Codec } from './codec.ts'

export function describeEncoding({ samples, serializer, decode, encode }: Codec): void {
  test('written again as it was found, it has the same data and the same form', () => {
    for (const { name, bytes } of samples) {
      const found = decode(bytes)
      const again = decode(encode(found.node as DictNode, found))
      expect({ name, node: again.node, form: again.form }).toEqual({ name, node: found.node, form: found.form })
    }
  })

  test(`any session in the form of a found one comes back, seed ${SEED}`, () => {
    const found = decode(samples[0]?.bytes ?? Buffer.alloc(0))
    const sessions = serializer === 'pickle' ? sharedSessions : serializer === 'msgpack' ? jsonSessions.filter(isForMsgpack) : jsonSessions
    holds(sessions, (node) => {
      const again = decode(encode(node, found))
      expect(again).toMatchObject({ node, problem: null })
    }, { cost: 4 })
  })
}
