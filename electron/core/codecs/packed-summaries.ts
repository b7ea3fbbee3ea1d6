import type { DecodedSummary } from './decoder.ts'

/** What is the same for many sessions of a site. */
interface Shape extends Omit<DecodedSummary, 'signedAt' | 'userId' | 'login' | 'unread'> {
  /** undefined: nobody claims a login. */
  readonly backend: string | null | undefined
}

/** Summaries as columns, of those that were read: a page of them crosses threads as a few numbers and the ids, in place of a thousand objects. */
export interface PackedSummaries {
  readonly shapes: readonly Shape[]
  /** Row by row, which of `shapes` it has. */
  readonly shapeOf: Uint32Array
  /** NaN: there is none. */
  readonly signedAt: Float64Array
  readonly userIds: readonly (string | null)[]
  /** Of logins. */
  readonly hashes: readonly (string | null)[]
}

/** Shapes that a row is compared with: the latest ones. */
const COMPARED = 8

export function packSummaries(summaries: readonly DecodedSummary[]): PackedSummaries {
  const shapes: Shape[] = []
  const shapeOf = new Uint32Array(summaries.length)
  const signedAt = new Float64Array(summaries.length)
  const userIds: (string | null)[] = []
  const hashes: (string | null)[] = []
  for (let index = 0; index < summaries.length; index++) {
    const summary = summaries[index]
    if (summary === undefined) continue
    shapeOf[index] = indexOfShape(shapes, summary)
    signedAt[index] = summary.signedAt ?? NaN
    userIds.push(summary.userId)
    hashes.push(summary.login?.hash ?? null)
  }
  return { shapes, shapeOf, signedAt, userIds, hashes }
}

export function unpackSummaries({ shapes, shapeOf, signedAt, userIds, hashes }: PackedSummaries): DecodedSummary[] {
  const summaries: DecodedSummary[] = []
  for (let index = 0; index < shapeOf.length; index++) {
    const shape = shapes[shapeOf[index] ?? 0]
    if (shape === undefined) continue
    const { signature, serializer, compressed, topLevelKeys, keyCount, ownExpiry, readable, backend } = shape
    const at = signedAt[index] ?? NaN
    const userId = userIds[index] ?? null
    const login = backend === undefined ? null : { backend, hash: hashes[index] ?? null }
    // Written out: spreading the shape would take several times as long.
    summaries.push(Number.isNaN(at)
      ? { signature, serializer, compressed, topLevelKeys, keyCount, userId, login, ownExpiry, readable }
      : { signature, serializer, compressed, signedAt: at, topLevelKeys, keyCount, userId, login, ownExpiry, readable })
  }
  return summaries
}

function indexOfShape(shapes: Shape[], summary: DecodedSummary): number {
  for (let index = shapes.length - 1; index >= Math.max(0, shapes.length - COMPARED); index--) {
    const shape = shapes[index]
    if (shape !== undefined && isOfShape(shape, summary)) return index
  }
  const { signature, serializer, compressed, topLevelKeys, keyCount, ownExpiry, readable, login } = summary
  return shapes.push({ signature, serializer, compressed, topLevelKeys, keyCount, ownExpiry, readable, backend: login?.backend }) - 1
}

/** By identity: `summarizeTexts` gives equal signatures and equal lists of names as one object each. */
function isOfShape(shape: Shape, summary: DecodedSummary): boolean {
  return shape.signature === summary.signature && shape.topLevelKeys === summary.topLevelKeys && shape.keyCount === summary.keyCount && shape.readable === summary.readable
    && shape.compressed === summary.compressed && shape.serializer === summary.serializer && shape.backend === summary.login?.backend && shape.ownExpiry === null && summary.ownExpiry === null
}
