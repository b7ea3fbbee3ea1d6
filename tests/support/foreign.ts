import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TextFormat } from '../../shared/model/session.ts'

/** A value made by the library that writes it (tests/fixtures/foreign/generate.*). */
export interface ForeignVector {
  readonly name: string
  readonly madeBy: string
  readonly format: TextFormat
  readonly text: string
  readonly cookie: string | null
  /** The cookie `<name>.sig` beside it. */
  readonly signatureCookie?: string | null
  readonly secret: string
  /** What was put in, in the typed notation. */
  readonly data: unknown
  readonly signedAt: number | null
  readonly goodUntil: number | null
  /** Readable with its key only. */
  readonly encrypted?: boolean
  /** Whether its key verifies it; true unless told. */
  readonly signed?: boolean
}

export function readForeignVectors(): readonly ForeignVector[] {
  return ['python.json', 'node.json'].flatMap((name) => JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/foreign', name), 'utf8')) as ForeignVector[])
}
