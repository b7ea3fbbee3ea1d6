import { CoatcheckError, serializeError } from '../../../shared/errors.ts'
import { auditTexts } from '../codecs/audit.ts'
import { encodeSession } from '../codecs/encode.ts'
import { decodePaste } from '../codecs/paste.ts'
import { decodeSessionText } from '../codecs/session-text.ts'
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
    case 'summarize':
      return summarizeTexts(task.data, task.context)
    case 'decode':
      return decodeSessionText(task.text, task.context)
    case 'audit':
      return auditTexts(task.data, task.context)
    case 'paste':
      return decodePaste(task.text, task.context)
    case 'encode':
      // A copy of its own: a small Buffer lives in a shared pool, all of which would cross.
      return new Uint8Array(encodeSession(task.request))
  }
}
