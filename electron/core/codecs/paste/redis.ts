import type { Reason } from '../../../../shared/words/reason.ts'
import type { MappedText } from '../mapped-text.ts'
import { sliceMapped } from '../mapped-text.ts'
import { isDjangoText } from '../text-shape.ts'
import type { Candidate } from './candidate.ts'
import { bytesCandidate, foundIn, textCandidate } from './candidate.ts'
import { readQuotedBytes } from './escaped-bytes.ts'
import { isBinary, isTelling } from './value-shape.ts'

const PROMPT = /^(?:[\w.:[\]-]{1,128}(?:\[\d+\])?>\s+)?(?:GET|MGET|GETEX|DUMP)\s+"?([^\s"]{1,600})/i
const PROMPT_CHARS = 1024
const QUOTED = /^[ \t]*(?:\d{1,9}\) )*"/
/** Key of a session that Django keeps in a cache (django/contrib/sessions/backends/cache.py, `KEY_PREFIX`). */
const SESSION_KEY = /django\.contrib\.sessions\.cache|^:\d+:|session/

/** Quoted texts as redis-cli prints them (and JSON, where it is one text in quotes). Remembers which key was asked for. */
export class RedisReplies {
  #key: string | null = null

  /** null: the line is no reply. */
  read(line: MappedText): readonly Candidate[] | null {
    const asked = PROMPT.exec(line.text.slice(0, PROMPT_CHARS))?.[1]
    if (asked !== undefined) {
      this.#key = asked
      return []
    }
    const head = QUOTED.exec(line.text)
    const quoted = head === null ? null : readQuotedBytes(line.text, head[0].length, '"')
    if (head === null || quoted === null || line.text.slice(quoted.end).trim() !== '') return null
    return this.#reply(quoted.bytes, sliceMapped(line, head[0].length, quoted.end - 1))
  }

  #reply(bytes: Buffer, source: MappedText): readonly Candidate[] | null {
    const text = bytes.toString('utf8')
    if (isBinary(bytes) || (this.#key !== null && text.startsWith('{'))) return [bytesCandidate(bytes, source, this.#where())]
    if (isDjangoText(text) || isTelling(text, null)) return [{ ...textCandidate(source, this.#key === null ? foundIn('quoted') : this.#where()), content: { kind: 'text', text } }]
    if (text.length > 512 || !SESSION_KEY.test(text)) return null
    this.#key = text
    return []
  }

  #where(): Reason {
    const key = this.#key
    this.#key = null
    return key === null ? foundIn('redis') : foundIn('redisKey', { key })
  }
}
