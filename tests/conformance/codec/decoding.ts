import { expect, test } from 'vitest'
import { sameData } from '../../../shared/values/walk.ts'
import { say } from '../../../shared/words/say.ts'
import type { Codec } from './codec.ts'

export function describeDecoding({ samples, decode }: Codec): void {
  test('what real writers wrote is read whole, as data, with a sentence', () => {
    expect(samples.length).toBeGreaterThan(0)
    for (const { name, bytes, node } of samples) {
      const found = decode(bytes)
      expect({ name, isSame: found.node?.kind === 'dict' && (node === null || sameData(found.node, node)), sees: found.djangoSees, problem: found.problem }).toEqual({ name, isSame: true, sees: 'data', problem: null })
      expect(say(found.verdict)).toMatch(/^[A-Z0-9“"].*\.$/s)
    }
  })
}
