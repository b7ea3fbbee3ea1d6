import type { IncomingMessage } from 'node:http'
import type { RefusalName } from './headers.ts'

export const MOST_BODY_BYTES = 1024 * 1024

export type Body = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly refusal: RefusalName }

/** Only JSON in UTF-8, only up to 1 MB. A form or a plain text body is what other pages can send without asking. */
export async function readJsonBody(request: IncomingMessage): Promise<Body> {
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(request.headers['content-type'] ?? '')) return { ok: false, refusal: 'wrong-type' }
  if (request.headers['content-encoding'] !== undefined) return { ok: false, refusal: 'wrong-type' }
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) return { ok: false, refusal: 'too-large' }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BODY_BYTES) return { ok: false, refusal: 'too-large' }
    chunks.push(chunk)
  }
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown }
  } catch {
    return { ok: false, refusal: 'bad-request' }
  }
}
