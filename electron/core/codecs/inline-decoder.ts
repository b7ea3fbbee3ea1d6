import { throwIfAborted } from '../../../shared/errors.ts'
import { auditTexts } from './audit.ts'
import { decodeStored } from './decode-bytes.ts'
import type { Decoder } from './decoder.ts'
import { encodeData } from './encode.ts'
import { findPaths } from './match/find-paths.ts'
import { findPassages, matchTexts } from './match/match-texts.ts'
import { decodePaste } from './paste.ts'
import { summarizeTexts } from './summarize.ts'

/** A decoder in the calling thread: for the command line, for workers and for tests. It holds nothing. */
export function createInlineDecoder(): Decoder {
  return {
    summarize: (data, context, signal) => run(signal, () => summarizeTexts(data, context)),
    decode: (text, context, signal) => run(signal, () => decodeStored(text, context)),
    audit: (data, context, signal) => run(signal, () => auditTexts(data, context)),
    match: (data, terms, context, signal) => run(signal, () => matchTexts(data, terms, context)),
    passages: (data, wanted, context, signal) => run(signal, () => findPassages(data, wanted, context)),
    paths: (data, context, signal) => run(signal, () => findPaths(data, context)),
    decodePaste: (text, context, signal) => run(signal, () => decodePaste(text, context)),
    encode: (request, signal) => run(signal, () => encodeData(request)),
    warm: () => undefined,
    close: () => Promise.resolve(),
  }
}

async function run<Result>(signal: AbortSignal, work: () => Result): Promise<Result> {
  throwIfAborted(signal)
  return work()
}
