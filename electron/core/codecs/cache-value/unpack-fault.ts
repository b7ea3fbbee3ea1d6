/** Why compressed bytes cannot be unpacked. `not-packed`: they are nothing of that kind, so Django would take them as they are. */
export type UnpackReason = 'not-packed' | 'packed-truncated' | 'packed-damaged' | 'packed-checksum' | 'packed-feature' | 'inflate-size'

/** Control flow inside this room only. */
export class UnpackFault extends Error {
  readonly reason: UnpackReason

  constructor(reason: UnpackReason) {
    super(reason)
    this.reason = reason
  }
}
