import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { FoundProject } from '../../../../shared/model/project.ts'
import { spellTrust } from '../../../../shared/model/project.ts'
import { readWithin, realOf } from '../files.ts'
import { locate } from '../reading/load-modules.ts'

/** What the user agrees to: this interpreter runs this settings module, in this folder. */
export const trustProposal = z.strictObject({
  /** Absolute, real path. */
  folder: z.string().min(1).max(4096),
  /** Absolute path of the interpreter. */
  python: z.string().min(1).max(4096),
  module: z.string().min(1).max(256),
})
export type TrustProposal = z.infer<typeof trustProposal>

export const storedGrants = z.array(trustProposal.extend({ grantedAt: z.number(), /** Of the settings file that was trusted. Missing: it was not kept, so that nothing vouches for it. */ settingsHash: z.string().optional() }))
export type StoredGrant = z.infer<typeof storedGrants>[number]

/** Where grants are kept; a state file has this shape. */
export interface GrantFile {
  read(): Promise<StoredGrant[]>
  update(change: (grants: StoredGrant[]) => StoredGrant[]): Promise<unknown>
}

/** Leave to run the project's own code. Only a trust store makes one: an object of the same look is refused. */
export interface Grant extends TrustProposal {
  readonly command: string
}

export interface TrustStore {
  /** Remembers that the user trusts the folder, for this interpreter and this settings module. @throws REQUEST_INVALID */
  grant(proposal: TrustProposal, grantedAt: number): Promise<Grant>
  /** Leave for this run alone; nothing is remembered. @throws REQUEST_INVALID */
  grantOnce(proposal: TrustProposal): Grant
  /** null: not trusted, or trusted for another interpreter, another settings module, or a settings file that was other than it is now. */
  find(proposal: TrustProposal): Promise<Grant | null>
  /** What was granted last for this folder and settings module (null: for any), whether or not it still holds. null: nothing. */
  last(folder: string, module: string | null): Promise<StoredGrant | null>
  /** Takes trust back: grants that are out already are of no more use. */
  revoke(folder: string): Promise<void>
  list(): Promise<readonly StoredGrant[]>
}

const MAX_GRANTS = 200
const issued = new WeakSet<Grant>()

/** Whether a trust store gave this leave, and has not taken it back. */
export function isGranted(grant: Grant): boolean {
  return issued.has(grant)
}

export function createTrustStore(file: GrantFile): TrustStore {
  const out = new Map<string, Set<Grant>>()

  function issue(proposal: TrustProposal): Grant {
    const grant: Grant = Object.freeze({ ...proposal, command: spellTrust(proposal) })
    issued.add(grant)
    const held = out.get(proposal.folder) ?? new Set()
    out.set(proposal.folder, held.add(grant))
    return grant
  }

  return {
    async grant(given, grantedAt) {
      const proposal = checked(given)
      const settingsHash = hashSettings(proposal)
      await file.update((grants) => [{ ...proposal, grantedAt, ...(settingsHash === null ? {} : { settingsHash }) }, ...grants.filter((item) => item.folder !== proposal.folder || item.module !== proposal.module)].slice(0, MAX_GRANTS))
      return issue(proposal)
    },
    grantOnce: (given) => issue(checked(given)),
    async find(given) {
      const proposal = checked(given)
      const settingsHash = hashSettings(proposal)
      const found = (await file.read()).some((item) => item.folder === proposal.folder && item.python === proposal.python && item.module === proposal.module && settingsHash !== null && item.settingsHash === settingsHash)
      return found ? issue(proposal) : null
    },
    async last(folder, module) {
      const real = realOf(folder) ?? folder
      return (await file.read()).find((item) => item.folder === real && (module === null || item.module === module)) ?? null
    },
    async revoke(folder) {
      const real = realOf(folder) ?? folder
      for (const grant of out.get(real) ?? []) issued.delete(grant)
      out.delete(real)
      await file.update((grants) => grants.filter((item) => item.folder !== real))
    },
    list: () => file.read(),
  }
}

/** A store that also gives leave for this once, as people have just given it. */
export function trustingOnce(store: TrustStore, given: TrustProposal): TrustStore {
  const once = checked(given)
  const isIt = ({ folder, python, module }: TrustProposal): boolean => folder === once.folder && python === once.python && module === once.module
  return {
    ...store,
    find: async (proposal) => (isIt(checked(proposal)) ? store.grantOnce(once) : store.find(proposal)),
    last: async (folder, module) => ((realOf(folder) ?? folder) === once.folder && (module === null || module === once.module) ? { ...once, grantedAt: 0 } : store.last(folder, module)),
  }
}

/** The settings module that people chose last for this project, by trusting it. null: none, or it is gone. */
export async function chosenModule(store: TrustStore, { folder, settings }: Pick<FoundProject, 'folder' | 'settings'>): Promise<string | null> {
  const chosen = (await store.last(folder, null))?.module ?? null
  return settings.some(({ module }) => module === chosen) ? chosen : null
}

const SETTINGS_BYTES = 8 * 1024 * 1024

/** Of the file of the settings module itself. null: there is none that could be read whole. */
function hashSettings({ folder, module }: TrustProposal): string | null {
  const place = locate(folder, module)
  const read = place === null || place === 'namespace' ? null : readWithin(folder, join(folder, place.file), SETTINGS_BYTES)
  return read === null || read.truncated ? null : createHash('sha256').update(read.bytes).digest('base64url')
}

/** A folder is trusted by its real path: a link that is turned elsewhere later is another folder. */
function checked(given: TrustProposal): TrustProposal {
  const proposal = trustProposal.safeParse(given)
  const folder = proposal.success ? realOf(proposal.data.folder) : null
  if (!proposal.success || folder === null) throw new CoatcheckError('REQUEST_INVALID', 'project.noFolderToTrust', { hint: 'next.checkPath' })
  return { ...proposal.data, folder }
}
