import { join } from 'node:path'
import { z } from 'zod'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { ConnectionDraft } from '../../../shared/model/connection.ts'
import { connectionDraft, connectionId } from '../../../shared/model/connection.ts'
import { createStateFile } from '../util/state-file.ts'

const stored = connectionDraft.extend({ id: connectionId, location: z.string() })
/** A connection as it is kept: no secret is in it. */
export type StoredConnection = z.infer<typeof stored>

/** Connections that people have named, in their order. */
export interface ConnectionList {
  list(): Promise<readonly StoredConnection[]>
  /** @throws REQUEST_INVALID: there is none of this id */
  get(id: string): Promise<StoredConnection>
  /** Replaces the one of this id, or adds it at the end. */
  put(id: string, draft: ConnectionDraft, location: string): Promise<StoredConnection>
  remove(id: string): Promise<void>
  /** Ids that are not named keep their order, after those that are. */
  reorder(ids: readonly string[]): Promise<void>
}

export function createConnectionList(dataFolder: string): ConnectionList {
  const file = createStateFile(join(dataFolder, 'connections.json'), 1, z.array(stored), [])
  return {
    list: () => file.read(),
    async get(id) {
      const found = (await file.read()).find((one) => one.id === id)
      if (found === undefined) throw new CoatcheckError('REQUEST_INVALID', 'sources.notSaved', { hint: 'next.enterAgain' })
      return found
    },
    async put(id, draft, location) {
      const made: StoredConnection = { ...draft, id, location }
      await file.update((all) => (all.some((one) => one.id === id) ? all.map((one) => (one.id === id ? made : one)) : [...all, made]))
      return made
    },
    async remove(id) {
      await file.update((all) => all.filter((one) => one.id !== id))
    },
    async reorder(ids) {
      const place = (id: string): number => (ids.includes(id) ? ids.indexOf(id) : ids.length)
      await file.update((all) => all.toSorted((a, b) => place(a.id) - place(b.id)))
    },
  }
}
