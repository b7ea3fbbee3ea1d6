import { expect, test } from 'vitest'
import { sameData } from '../../../shared/values/walk.ts'
import { say } from '../../../shared/words/say.ts'
import { HOSTILE_BODIES, TOO_MUCH } from '../../support/hostile-bodies.ts'
import { createRandom } from '../../support/random.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import type { Codec, Found } from './codec.ts'

const FLIPS = 400
const LONGEST_CUT = 600
const PATIENCE_MS = 120_000

export interface HostileOptions {
  /** Also what takes long. */
  readonly withHeavy?: boolean
}

export function describeHostile(codec: Codec, { withHeavy = false }: HostileOptions): void {
  const { samples, decode, wrap, serializer, isSigned } = codec
  /** Bad data is a value with a sentence: whatever it is, decoding it is no exception. */
  const read = (bytes: Buffer): Found => {
    const found = decode(bytes)
    expect(say(found.verdict)).not.toBe('')
    expect(found.node !== null || found.problem !== null).toBe(true)
    return found
  }
  const short = (): readonly { readonly bytes: Buffer; readonly node: DataNode | null }[] => samples.filter(({ bytes }) => bytes.length <= LONGEST_CUT).slice(0, 2).map((sample) => ({ ...sample, node: decode(sample.bytes).node }))

  test('cut at every byte, it is never the whole', () => {
    expect(short().length).toBeGreaterThan(0)
    for (const { bytes, node } of short()) {
      if (node === null) throw new Error('A sample is not readable.')
      for (let end = 0; end < bytes.length; end++) {
        const found = read(bytes.subarray(0, end))
        expect({ end, whole: found.djangoSees === 'data' && found.node !== null && sameData(found.node, node) }).toEqual({ end, whole: false })
      }
    }
  }, PATIENCE_MS)

  test('with bits flipped, it is data or a problem, and what is signed says so', () => {
    const random = createRandom(20_261_121)
    for (const { bytes, node } of short()) {
      if (node === null) throw new Error('A sample is not readable.')
      for (let round = 0; round < FLIPS; round++) {
        const changed = Buffer.from(bytes)
        for (let flips = 1 + random.below(2); flips > 0; flips--) {
          const at = random.below(changed.length)
          changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
        }
        const found = read(changed)
        if (isSigned && !changed.equals(bytes)) expect(found.djangoSees === 'data' && found.node !== null && !sameData(found.node, node)).toBe(false)
      }
    }
  }, PATIENCE_MS)

  const bodies = HOSTILE_BODIES.filter((body) => body.serializer === serializer && (!body.isHeavy || withHeavy))
  test.each(bodies.map((body) => [body.name, body] as const))('%s', (_, body) => {
    const found = read(wrap(body.make()))
    if (body.runs) expect(found.pickle).toMatchObject({ danger: 'dangerous', calls: expect.arrayContaining([expect.anything()]) })
    if (body.runs && found.node !== null) expect(() => codec.encode(found.node as Parameters<Codec['encode']>[0], found)).toThrow(expect.objectContaining({ code: 'DATA_UNSAFE' }))
  }, PATIENCE_MS)

  if (!codec.unpacks) return
  test('what unpacks to more than the limit stops there, and is named', () => {
    expect(read(wrap(TOO_MUCH))).toMatchObject({ node: null, problem: { step: 'limit' } })
  })
}
