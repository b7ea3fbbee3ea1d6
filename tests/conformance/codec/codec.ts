import type { PickleFacts } from '../../../shared/model/pickle.ts'
import type { DecodedText, DecodeProblem, Sentence } from '../../../shared/model/session.ts'
import type { DataNode, DictNode } from '../../../shared/values/node.ts'

/** A value taken apart, the same for every codec. */
export interface Found {
  readonly node: DataNode | null
  readonly djangoSees: DecodedText['djangoSees']
  readonly problem: DecodeProblem | null
  readonly verdict: Sentence
  readonly pickle: PickleFacts | null
  /** How it was made: what is kept when it is written again. Plain data. */
  readonly form: Readonly<Record<string, unknown>>
}

export interface Sample {
  readonly name: string
  readonly bytes: Buffer
  /** null: nobody wrote it down; that it is what Python reads is proven beside real Python. */
  readonly node: DictNode | null
}

/** A way in which Django keeps sessions. */
export interface Codec {
  readonly serializer: 'json' | 'pickle' | 'msgpack'
  /** Sessions that real Django, or a real cache of it, has written. */
  readonly samples: readonly Sample[]
  decode(bytes: Buffer): Found
  /** Other data in the form of a found value. */
  encode(node: DictNode, found: Found): Buffer
  /** A serializer's bytes, with all that this codec's writers put around them. */
  wrap(body: Buffer): Buffer
  /** Whether what is changed by one bit is told by a signature. */
  readonly isSigned: boolean
  /** Whether it unpacks anything. */
  readonly unpacks: boolean
}
