import { CoatcheckError, serializeError } from '../../../shared/errors.ts'
import { auditTexts } from '../codecs/audit.ts'
import { decodeStored } from '../codecs/decode-bytes.ts'
import { encodeData } from '../codecs/encode.ts'
import { findPaths } from '../codecs/match/find-paths.ts'
import { findPassages, matchTexts } from '../codecs/match/match-texts.ts'
import { packSummaries } from '../codecs/packed-summaries.ts'
import { decodePaste } from '../codecs/paste.ts'
import { summarizeTexts } from '../codecs/summarize.ts'
import type { DecodeTask, TaskReply, TaskResults } from './decode-task.ts'

/** The one task of the decode workers. Called by the pool by its name. */
export function runDecodeTask(task: DecodeTask): TaskReply<DecodeTask['kind']> {
  try {
    return { ok: true, value: perform(task) }
  } catch (error) {
    if (error instanceof CoatcheckError) return { ok: false, error: serializeError(error) }
    throw error
  }
}

function perform(task: DecodeTask): TaskResults[DecodeTask['kind']] {
  switch (task.kind) {
    case 'summarize': {
      const packed = packSummaries(summarizeTexts(task.data, task.context))
      // Given back now: of a scan, hundreds of pages would wait for V8 to look.
      if (task.data.bytes.buffer instanceof ArrayBuffer) task.data.bytes.buffer.transfer(0)
      return packed
    }
    case 'decode':
      return decodeStored(task.text, task.context)
    case 'audit':
      return auditTexts(task.data, task.context)
    case 'match':
      return matchTexts(task.data, task.terms, task.context)
    case 'passages':
      return findPassages(task.data, task.wanted, task.context)
    case 'paths':
      return findPaths(task.data, task.context)
    case 'paste':
      return decodePaste(task.text, task.context)
    case 'encode':
      // A copy of its own: a small Buffer lives in a shared pool, all of which would cross.
      return new Uint8Array(encodeData(task.request))
  }
}
