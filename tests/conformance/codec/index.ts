import { describe } from 'vitest'
import type { Codec } from './codec.ts'
import { describeDecoding } from './decoding.ts'
import { describeEncoding } from './encoding.ts'
import { describeHostile } from './hostile.ts'
import type { HostileOptions } from './hostile.ts'

/** What must hold for every way in which Django keeps sessions. A codec is one line in `codecs.conformance.test.ts`. */
export function describeCodecConformance(name: string, codec: Codec, options: HostileOptions = {}): void {
  describe(name, () => {
    describeDecoding(codec)
    describeEncoding(codec)
    describeHostile(codec, options)
  })
}
