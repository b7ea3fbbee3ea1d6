import { join } from 'node:path'
import { z } from 'zod'
import type { TrustLapse } from '../../../../shared/model/project.ts'
import { hashOf, kindWithin, readWithin } from '../files.ts'
import { locate } from '../reading/load-modules.ts'
import type { FollowedFile } from '../reading/run.ts'

/** As a grant keeps them. */
export const coveredFile = z.strictObject({ file: z.string().max(4096), hash: z.string().nullable() })

const ENV_FILE = '.env'
const ENV_BYTES = 1024 * 1024

/**
 * What a grant vouches for, by name: the files that reading the settings followed (the settings modules of the project and what they
 * import of it, manage.py, the `.env` files that they load), and the project's own `.env`, which may be handed on to its Python.
 * What Django imports after the settings, as models of apps, is not among them.
 */
export function coveredFiles(folder: string, followed: readonly FollowedFile[]): readonly FollowedFile[] {
  const files = new Map(followed.map((item) => [item.file, item]))
  const path = join(folder, ENV_FILE)
  if (!files.has(ENV_FILE) && kindWithin(folder, path) !== 'no') files.set(ENV_FILE, { file: ENV_FILE, hash: hashOf(readWithin(folder, path, ENV_BYTES)) })
  return [...files.values()].sort((a, b) => (a.file < b.file ? -1 : 1))
}

/** Why a grant holds no more. null: it does. `granted` missing: it is of a version that kept less. */
export function lapseOf(granted: readonly FollowedFile[] | undefined, now: readonly FollowedFile[], { folder, module }: { readonly folder: string; readonly module: string }): TrustLapse | null {
  if (granted === undefined) return { because: 'older' }
  const [before, after] = [granted, now].map((files) => new Map(files.map(({ file, hash }) => [file, hash])))
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])
  const changed = [...names].filter((name) => before?.get(name) !== after?.get(name)).sort()
  if (changed.length > 0) return { because: 'files', files: changed }
  const own = fileOf(folder, module)
  return own === null || typeof after?.get(own) !== 'string' ? { because: 'unread', files: [own ?? module] } : null
}

function fileOf(folder: string, module: string): string | null {
  const place = locate(folder, module)
  return place === null || place === 'namespace' ? null : place.file
}
