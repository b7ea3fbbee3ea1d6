import type { PickleFault } from '../../../../shared/model/pickle.ts'

/** Control flow inside this room only: why and where a pickle cannot be read. */
export class Fault extends Error {
  readonly reason: PickleFault
  readonly offset: number | null

  constructor(reason: PickleFault, offset: number | null) {
    super(reason)
    this.reason = reason
    this.offset = offset
  }
}
