import type { ChangeResult } from '../../../shared/model/change.ts'
import type { PasteFinding } from '../../../shared/model/decode.ts'
import type { EpochMicros, Etag, SessionDetail, SessionRow } from '../../../shared/model/session.ts'
import type { SerializedError } from '../../../shared/errors.ts'
import type { EngineId, LayerId } from '../../../shared/model/store.ts'
import { formatNotation, parseNotation } from '../../../shared/values/notation.ts'
import { say } from '../../../shared/words/say.ts'
import { english } from '../../../shared/words/reason.ts'

/** An object as JSON text whose `data` is text already: session data must not pass through a JavaScript value, which would lose digits. */
function withData(object: Readonly<Record<string, unknown>>, data: string): string {
  return `${JSON.stringify(object).slice(0, -1)},"data":${data}}`
}

/** The typed notation in the spelling that every JSON reader takes. */
export function interchange(notation: string | null): string {
  if (notation === null) return 'null'
  const parsed = parseNotation(notation)
  return parsed.ok ? formatNotation(parsed.node, { interchange: true }) : 'null'
}

export function isoTime(micros: EpochMicros | null): string | null {
  if (micros === null) return null
  return Temporal.Instant.fromEpochNanoseconds(BigInt(micros) * 1000n).toString()
}

/** For tables: nothing below a second. */
export const wholeSeconds = (micros: EpochMicros | null): string | null => isoTime(micros)?.replace(/\.\d+Z$/, 'Z') ?? null

export function sessionJson(row: SessionRow, engine: EngineId, etag: Etag | null, data: string | null): string {
  const { key, state, expireDate, userId, sizeBytes, signature, serializer, compressed } = row
  const object = {
    key, engine, state, expireDate: isoTime(expireDate), expiry: expirySentence(row), owner: userId === null ? null : { id: userId, username: row.owner?.username ?? null },
    sizeBytes, signature, serializer, compressed, etag,
  }
  return withData(object, interchange(data))
}

export function detailJson(detail: SessionDetail, engine: EngineId): string {
  return sessionJson(detail.row, engine, detail.etag, detail.text.data)
}

export function findingJson(finding: PasteFinding): string {
  const { decoded, where, format } = finding
  const object = {
    where: english(where), format, salt: decoded.salt, signature: decoded.signature,
    signedAt: isoTime(decoded.signedAt === null ? null : decoded.signedAt * 1000),
    goodUntil: isoTime(decoded.goodUntil === null ? null : decoded.goodUntil * 1000),
    serializer: decoded.serializer, compressed: decoded.compressed, sizeBytes: decoded.text.length, pickle: decoded.pickle, verdict: say(decoded.verdict),
  }
  return withData(object, interchange(decoded.data))
}

export interface BulkFacts {
  readonly matched: number
  readonly dryRun: boolean
  readonly elapsedMs: number
  /** null: not known, of a change that is taken back. */
  readonly engine: EngineId | null
}

export function bulkJson(result: ChangeResult, facts: BulkFacts): Record<string, unknown> {
  return {
    v: 1, matched: facts.matched, changed: result.changed, failed: result.failed, skipped: result.skipped, dryRun: facts.dryRun,
    layers: layerCounts(result, facts.engine), journal: result.journal, elapsedMs: facts.elapsedMs,
  }
}

/** Sessions changed in each layer; stores without layers count as one. */
function layerCounts({ outcomes, changed }: ChangeResult, engine: EngineId | null): Record<string, number> {
  const layers = outcomes.flatMap((item) => item.layers ?? [])
  if (layers.length === 0) return { [layerOf(engine)]: changed }
  const count = (layer: LayerId): number => layers.filter((item) => item.layer === layer && item.outcome === 'done').length
  return { db: count('db'), cache: count('cache') }
}

/** Where a change is made, in the words of `docs/cli.md`. */
export function layerOf(engine: EngineId | null): string {
  return engine === 'cache' || engine === 'file' ? engine : engine === 'signed_cookies' ? 'cookie' : 'db'
}

export function errorJson(error: SerializedError): string {
  return JSON.stringify({ v: 1, error: { code: error.code, message: error.message, hint: error.hint ?? null } })
}

/** When it ends, in one sentence. */
export function expirySentence(row: SessionRow): string {
  const at = isoTime(row.expireDate)
  if (at === null) return say({ id: row.state === 'live' ? 'cli.expiry.never' : 'cli.expiry.unknown', params: {} })
  return say({ id: row.state === 'expired' ? 'cli.expiry.ended' : 'cli.expiry.ends', params: { at } })
}
