import { join, relative } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import type { ComposeService } from '../../../../shared/model/project.ts'
import { readWithin } from '../files.ts'

const FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml', 'docker-compose.override.yml', 'compose.override.yaml', 'local.yml', 'docker-compose.local.yml', 'docker-compose.dev.yml']
const MAX_BYTES = 512 * 1024
const MAX_SERVICES = 100

const port = z.union([z.string(), z.number(), z.object({ target: z.union([z.number(), z.string()]), published: z.union([z.number(), z.string()]).optional(), host_ip: z.string().optional() })])
const service = z.object({ image: z.string().optional(), ports: z.array(port.nullable().catch(null)).optional().catch(undefined) })
const shape = z.object({ services: z.record(z.string(), z.unknown()) })

/** Services that docker-compose files of these folders publish to this machine. Offers: nothing connects to them. */
export function findCompose(folders: readonly string[]): readonly ComposeService[] {
  const [base] = folders
  return folders.flatMap((folder) => FILES.flatMap((name) => {
    const read = readWithin(folder, join(folder, name), MAX_BYTES)
    return read === null || read.truncated ? [] : readCompose(read.bytes.toString('utf8'), relative(base ?? folder, join(folder, name)))
  }))
}

/** Only plain ports: one that a variable or a range decides is left out, because which it is cannot be told. */
export function readCompose(text: string, file: string): readonly ComposeService[] {
  const parsed = shape.safeParse(toData(text))
  if (!parsed.success) return []
  return Object.entries(parsed.data.services).slice(0, MAX_SERVICES).flatMap(([name, given]) => {
    const one = service.safeParse(given)
    if (!one.success) return []
    const ports = (one.data.ports ?? []).flatMap((item) => readPort(item))
    return [{ file, name, image: one.data.image ?? null, ports }]
  })
}

function toData(text: string): unknown {
  try {
    const document = parseDocument(text, { merge: true, logLevel: 'silent' })
    return document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 100 })
  } catch {
    return null
  }
}

const SHORT = /^(?:(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\]|localhost):)?(\d{1,5}):(\d{1,5})(?:\/tcp)?$/i

function readPort(given: z.infer<typeof port> | null): ComposeService['ports'] {
  if (given === null || typeof given === 'number') return []
  if (typeof given === 'string') {
    const match = SHORT.exec(given)
    return match === null ? [] : checked(match[1], match[2], match[3])
  }
  return given.published === undefined ? [] : checked(given.host_ip, String(given.published), String(given.target))
}

/** Bound to every address, it is on loopback too. */
function checked(host = '', published = '', target = ''): ComposeService['ports'] {
  const numbers = [Number(published), Number(target)]
  if (!/^\d{1,5}$/.test(published) || !/^\d{1,5}$/.test(target) || numbers.some((value) => value < 1 || value > 65_535)) return []
  const isEvery = host === '' || host === '0.0.0.0' || host === '[::]' || host === '::'
  return [{ host: isEvery ? '127.0.0.1' : host, published: Number(published), target: Number(target) }]
}
