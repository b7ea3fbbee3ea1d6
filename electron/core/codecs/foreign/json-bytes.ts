import type { DataNode } from '../../../../shared/values/node.ts'
import { parsePythonJson } from '../../../../shared/values/python-json.ts'

/** Bytes of UTF-8 JSON as session data, with no limit of Django's. null: it is no JSON. */
export function parseJsonBytes(bytes: Buffer | null): DataNode | null {
  if (bytes === null || bytes.length === 0) return null
  const parsed = parsePythonJson(bytes.toString('utf8'))
  return parsed.ok ? parsed.node : null
}
