import type { BoundedOutput } from '../bounded-output.ts'
import type { PackedReader } from '../packed-reader.ts'
import { UnpackFault } from '../unpack-fault.ts'
import { LzmaDecoder, readProperties } from './lzma-decoder.ts'
import type { LzmaProperties } from './lzma-decoder.ts'
import { RangeDecoder } from './range-decoder.ts'

/** First bytes of chunks. */
const CONTROL = { end: 0x00, storedReset: 0x01, stored: 0x02, packed: 0x80 } as const
/** What a packed chunk begins anew; each includes the ones before. */
const RESET = { state: 1, properties: 2, dictionary: 3 } as const
const STORED_CHUNK = 0x10000

/** Appends one LZMA2 stream, to its end mark. @throws UnpackFault */
export function unpackLzma2(input: PackedReader, output: BoundedOutput): void {
  let dictionary: number | null = null
  let properties: LzmaProperties | null = null
  let decoder: LzmaDecoder | null = null
  for (let control = input.byte(); control !== CONTROL.end; control = input.byte()) {
    if (control < CONTROL.packed) {
      if (control > CONTROL.stored) throw new UnpackFault('packed-damaged')
      if (control === CONTROL.storedReset) dictionary = output.length
      if (dictionary === null) throw new UnpackFault('packed-damaged')
      output.bytes(input.take(input.uint16BE() + 1))
      continue
    }
    const reset = (control >> 5) & 3
    const size = ((control & 0x1f) << 16) + input.uint16BE() + 1
    const packedBytes = input.uint16BE() + 1
    if (reset === RESET.dictionary) dictionary = output.length
    if (reset >= RESET.properties) properties = readProperties(input.byte())
    if (reset >= RESET.state) decoder = properties === null ? null : new LzmaDecoder(properties)
    if (decoder === null || dictionary === null) throw new UnpackFault('packed-damaged')
    const range = new RangeDecoder(input.take(packedBytes))
    decoder.read(range, output, size, dictionary)
    if (!range.isFinished) throw new UnpackFault('packed-damaged')
  }
}

/** An LZMA2 stream of stored chunks: every decoder reads it, and it is hardly longer than the data. */
export function storeLzma2(data: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < data.length; at += STORED_CHUNK) {
    const chunk = data.subarray(at, at + STORED_CHUNK)
    const head = Buffer.alloc(3)
    head.writeUInt8(at === 0 ? CONTROL.storedReset : CONTROL.stored, 0)
    head.writeUInt16BE(chunk.length - 1, 1)
    parts.push(head, chunk)
  }
  return Buffer.concat([...parts, Buffer.from([CONTROL.end])])
}
