import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RecentSource, SourceTarget } from '../../../shared/model/source.ts'
import { sourceTarget } from '../../../shared/model/source.ts'
import { createStateFile } from '../util/state-file.ts'

const MAX_RECENT = 12
const recent = z.object({ target: sourceTarget, name: z.string(), location: z.string(), openedAt: z.number() })

export interface RecentSources {
  list(): Promise<readonly RecentSource[]>
  add(source: { readonly target: SourceTarget; readonly name: string; readonly location: string }, openedAt: number): Promise<void>
  remove(target: SourceTarget): Promise<void>
}

/** What was opened lately, newest first. Places only: no key and no data is ever kept here. */
export function createRecentSources(dataFolder: string): RecentSources {
  const file = createStateFile(join(dataFolder, 'recent.json'), 1, z.array(recent), [])
  return {
    async list() {
      const entries = await file.read()
      return Promise.all(entries.map(async (entry) => ({ ...entry, present: await isPresent(entry.target) })))
    },
    async add(source, openedAt) {
      await file.update((entries) => [{ target: source.target, name: source.name, location: source.location, openedAt }, ...without(entries, source.target)].slice(0, MAX_RECENT))
    },
    async remove(target) {
      await file.update((entries) => without(entries, target))
    },
  }
}

function without(entries: readonly z.infer<typeof recent>[], target: SourceTarget): z.infer<typeof recent>[] {
  const id = JSON.stringify(target)
  return entries.filter((entry) => JSON.stringify(entry.target) !== id)
}

async function isPresent(target: SourceTarget): Promise<boolean> {
  return target.kind === 'demo' || target.kind === 'url' || target.kind === 'pair' || target.kind === 'pasted' || access(target.path).then(() => true, () => false)
}
