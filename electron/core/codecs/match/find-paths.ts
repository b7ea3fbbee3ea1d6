import { SeenPaths } from '../../../../shared/query/seen-paths.ts'
import type { SeenPath } from '../../../../shared/query/seen-paths.ts'
import type { DecodeContext, StoredValues } from '../decoder.ts'
import { readEach } from './read-data.ts'

/** What all of them may unpack to: names of paths are worth no more. */
const BATCH_BYTES = 8 * 1024 * 1024

/** Paths into the data of stored values, whatever their signatures say. What cannot be read, or is too much, adds nothing. */
export function findPaths(values: StoredValues, context: DecodeContext): readonly SeenPath[] {
  const seen = new SeenPaths()
  for (const data of readEach(values, context, BATCH_BYTES)) if (data !== null) seen.learn(data)
  return seen.all
}
