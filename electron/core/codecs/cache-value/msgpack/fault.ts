/** Why bytes are not what Python's msgpack reads. Each has a sentence: `cacheValues.problems.*`. */
export type MsgpackFault = 'msgpack-truncated' | 'msgpack-type' | 'msgpack-key' | 'msgpack-text' | 'msgpack-trailing' | 'msgpack-size' | 'msgpack-depth'

/** Control flow inside this room only. */
export class Fault extends Error {
  readonly reason: MsgpackFault
  readonly offset: number

  constructor(reason: MsgpackFault, offset: number) {
    super(reason)
    this.reason = reason
    this.offset = offset
  }
}
