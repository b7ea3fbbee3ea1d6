import { join } from 'node:path'
import { z } from 'zod'
import { environment } from '../../../shared/model/connection.ts'
import type { Environment } from '../../../shared/model/environment.ts'
import type { SourceTarget } from '../../../shared/model/source.ts'
import { createStateFile } from '../util/state-file.ts'

const MOST_LABELS = 500

/** Which environment people say a place is. It belongs to the place: whoever opens it, by whatever list, finds the same. */
export interface PlaceLabels {
  /** null: nobody has said. */
  read(target: SourceTarget): Promise<Environment | null>
  write(target: SourceTarget, environment: Environment): Promise<void>
}

export function createPlaceLabels(dataFolder: string): PlaceLabels {
  const file = createStateFile(join(dataFolder, 'labels.json'), 1, z.array(z.tuple([z.string(), environment])), [])
  return {
    async read(target) {
      const id = idOf(target)
      return (await file.read()).find(([known]) => known === id)?.[1] ?? null
    },
    async write(target, label) {
      const id = idOf(target)
      await file.update((all) => [[id, label] as [string, Environment], ...all.filter(([known]) => known !== id)].slice(0, MOST_LABELS))
    },
  }
}

const idOf = (target: SourceTarget): string => JSON.stringify(withoutMode(target))

/** The same place, opened for reading: leave to write is given anew each time, and never kept. */
export function withoutMode(target: SourceTarget): SourceTarget {
  if (target.kind === 'pair') return { ...target, row: withoutModeIn(target.row), cache: withoutModeIn(target.cache) }
  return target.kind === 'url' ? { ...target, url: withoutModeIn(target.url) } : target
}

const withoutModeIn = (url: string): string => url.replace(/([?&])mode=rw(&|$)/, (_, before: string, after: string) => (after === '' ? '' : before))
