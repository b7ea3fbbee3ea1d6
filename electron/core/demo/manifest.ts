import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { CoatcheckError } from '../../../shared/errors.ts'

const moment = z.iso.datetime()

const schema = z.object({
  version: z.literal(1),
  name: z.string(),
  /** Version of Django that made the data. */
  django: z.string(),
  /** The moment at which the data is fresh: when it was made, or, in an installed copy, when it was installed. */
  generatedAt: moment,
  /** Whole seconds by which every date of this copy was moved. */
  shiftedBySeconds: z.int(),
  secretKey: z.string(),
  fallbacks: z.array(z.string()),
  useTz: z.boolean(),
  timeZone: z.string(),
  cookieName: z.string(),
  cookieAgeSeconds: z.int(),
  saveEveryRequest: z.boolean(),
  engine: z.literal('db'),
  /** File names, from the demo's folder. */
  database: z.string(),
  table: z.string(),
  sessionCount: z.int(),
  cookies: z.string(),
  /** Session files with the modification time that the file engine reads as "last saved". */
  files: z.array(z.object({ path: z.string(), modifiedAt: moment })),
  /** Sessions that are there to show something. */
  sessions: z.array(z.object({ key: z.string(), kind: z.string(), why: z.string() })),
})

/** `demo.json`: what the demo is made of and how its project is set up. */
export type DemoManifest = z.infer<typeof schema>

export const MANIFEST_FILE = 'demo.json'

/** @throws STORE_NOT_FOUND when `folder` holds no demo */
export async function readDemoManifest(folder: string): Promise<DemoManifest> {
  const file = join(folder, MANIFEST_FILE)
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    throw new CoatcheckError('STORE_NOT_FOUND', 'sources.demoNotThere', { subject: file }, cause)
  }
}
