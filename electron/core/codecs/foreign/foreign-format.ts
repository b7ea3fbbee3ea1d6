import type { Sentence, SerializerId, Signature, TextFormat } from '../../../../shared/model/session.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import type { foreign } from '../../../../shared/words/en/foreign.ts'
import type { Keyring, SigningKey } from '../decoder.ts'
import { isUsable } from '../signing.ts'

/** What is known around a value. */
export interface ForeignContext {
  readonly keyring: Keyring
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  /** null: it is no cookie, or its name is not known. */
  readonly cookieName: string | null
  /** The cookie `<name>.sig` that stands beside it (Express). */
  readonly signatureCookie: string | null
}

/** A value that some software wrote which is no Django session. `null` where a fact does not apply or is not known. */
export interface ForeignReading {
  readonly format: TextFormat
  readonly verdict: Sentence
  readonly data: DataNode | null
  readonly signature: Signature
  readonly salt: string | null
  /** Milliseconds since 1970 UTC. */
  readonly signedAt: number | null
  readonly goodUntil: number | null
  readonly serializer: SerializerId | null
  readonly compressed: boolean
  readonly packedBytes: number | null
  readonly dataBytes: number | null
}

/** One format, as a line of the table in `read-foreign.ts`. */
export interface ForeignCodec {
  /** A cheap look at the shape, so that a long paste can be searched. What it lets pass is read in full. */
  looksLike(text: string, context: ForeignContext): boolean
  /** null: it is something else after all. Never throws, whatever the text. */
  read(text: string, context: ForeignContext): ForeignReading | null
}

/** Most that a foreign value may unpack to. */
export const FOREIGN_INFLATE_BYTES = 4 * 1024 * 1024

const ABSENT: Signature = { state: 'absent', verifiedBy: null, reason: null }
const UNCHECKED: Signature = { state: 'unchecked', verifiedBy: null, reason: null }
const WRONG_KEY: Signature = { state: 'bad', verifiedBy: null, reason: 'wrong-key' }

export function reading(format: TextFormat, word: keyof typeof foreign, facts: Partial<Omit<ForeignReading, 'format' | 'verdict'>> & { readonly params?: Sentence['params'] }): ForeignReading {
  const { params = {}, ...rest } = facts
  return {
    format,
    verdict: { id: `foreign.${word}`, params },
    data: null, signature: ABSENT, salt: null, signedAt: null, goodUntil: null, serializer: null, compressed: false, packedBytes: null, dataBytes: null,
    ...rest,
  }
}

/** The first key that `verifies` accepts, in Django's order; without keys nothing is checked. */
export function verify(keyring: Keyring, verifies: (key: SigningKey) => boolean): Signature {
  const keys = keyring.filter(isUsable)
  if (keys.length === 0) return UNCHECKED
  const key = keys.find(verifies)
  return key === undefined ? WRONG_KEY : { state: 'valid', verifiedBy: key.name, reason: null }
}

export const unchecked = (): Signature => UNCHECKED

export function text(value: string): DataNode {
  return { kind: 'str', value }
}

export function dict(entries: Readonly<Record<string, DataNode>>): DataNode {
  return { kind: 'dict', entries: Object.entries(entries).map(([key, value]) => ({ key: text(key), value })) }
}
