import type { EpochMs } from '../../../shared/model/session.ts'
import type { AuditedLoss } from '../codecs/decoder.ts'
import type { ReadSession } from '../sessions/inspect.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { decodeContext } from '../sessions/session-source.ts'
import { packBytes } from '../stores/image-bytes.ts'

const { signal } = new AbortController()

/** What JSON would not carry of one session. */
export async function auditOf(source: SessionSource, { stored }: ReadSession, now: EpochMs): Promise<readonly AuditedLoss[]> {
  const [audited] = await source.decoder.audit(packBytes([stored.data]), decodeContext(source, now), signal)
  return audited?.losses ?? []
}
