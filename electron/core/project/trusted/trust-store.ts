import { z } from 'zod'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { FoundProject, TrustLapse } from '../../../../shared/model/project.ts'
import { spellTrust } from '../../../../shared/model/project.ts'
import { realOf } from '../files.ts'
import type { FollowedFile } from '../reading/run.ts'
import { coveredFile, lapseOf } from './covered-files.ts'

/** What the user agrees to: this interpreter runs this settings module, in this folder. */
export const trustProposal = z.strictObject({
  /** Absolute, real path. */
  folder: z.string().min(1).max(4096),
  /** Absolute path of the interpreter. */
  python: z.string().min(1).max(4096),
  module: z.string().min(1).max(256),
})
export type TrustProposal = z.infer<typeof trustProposal>

const storedGrant = trustProposal.extend({
  grantedAt: z.number(),
  /** What was trusted (`covered-files.ts`). Missing: an earlier version kept less, so that nothing vouches for it. */
  files: z.array(coveredFile).optional(),
  /** Of that earlier version: of the settings file alone. Read, so that what was chosen is offered again; it grants nothing. */
  settingsHash: z.string().optional(),
})
export const storedGrants = z.array(storedGrant)
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
  /** Remembers that the user trusts the folder, for this interpreter, this settings module, and these files as they are. @throws REQUEST_INVALID */
  grant(proposal: TrustProposal, files: readonly FollowedFile[], grantedAt: number): Promise<Grant>
  /** Leave for this run alone; nothing is remembered. @throws REQUEST_INVALID */
  grantOnce(proposal: TrustProposal): Grant
  /** `files`: what a grant would vouch for now. null: not trusted, or trusted for another interpreter, another settings module, or other files. */
  find(proposal: TrustProposal, files: readonly FollowedFile[]): Promise<Grant | null>
  /** Why what was granted last holds no more. null: nothing was, or it does. */
  lapse(proposal: TrustProposal, files: readonly FollowedFile[]): Promise<TrustLapse | null>
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

  /** For just this interpreter and settings module. */
  async function lastOf({ folder, python, module }: TrustProposal): Promise<StoredGrant | null> {
    return (await file.read()).find((item) => item.folder === folder && item.python === python && item.module === module) ?? null
  }

  return {
    async grant(given, files, grantedAt) {
      const proposal = checked(given)
      await file.update((grants) => [{ ...proposal, grantedAt, files: [...files] }, ...grants.filter((item) => item.folder !== proposal.folder || item.module !== proposal.module)].slice(0, MAX_GRANTS))
      return issue(proposal)
    },
    grantOnce: (given) => issue(checked(given)),
    async find(given, files) {
      const proposal = checked(given)
      const found = await lastOf(proposal)
      return found !== null && lapseOf(found.files, files, proposal) === null ? issue(proposal) : null
    },
    async lapse(given, files) {
      const proposal = checked(given)
      const found = await lastOf(proposal)
      return found === null ? null : lapseOf(found.files, files, proposal)
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
    find: async (proposal, files) => (isIt(checked(proposal)) ? store.grantOnce(once) : store.find(proposal, files)),
    last: async (folder, module) => ((realOf(folder) ?? folder) === once.folder && (module === null || module === once.module) ? { ...once, grantedAt: 0 } : store.last(folder, module)),
  }
}

/** The settings module that people chose last for this project, by trusting it. null: none, or it is gone. */
export async function chosenModule(store: TrustStore, { folder, settings }: Pick<FoundProject, 'folder' | 'settings'>): Promise<string | null> {
  const chosen = (await store.last(folder, null))?.module ?? null
  return settings.some(({ module }) => module === chosen) ? chosen : null
}

/** A folder is trusted by its real path: a link that is turned elsewhere later is another folder. */
function checked(given: TrustProposal): TrustProposal {
  const proposal = trustProposal.safeParse(given)
  const folder = proposal.success ? realOf(proposal.data.folder) : null
  if (!proposal.success || folder === null) throw new CoatcheckError('REQUEST_INVALID', 'project.noFolderToTrust', { hint: 'next.checkPath' })
  return { ...proposal.data, folder }
}
