import type { KeyOutcome } from '../../../shared/model/change.ts'
import type { Owner } from '../../../shared/model/owner.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { PackedData } from '../../../shared/model/packed.ts'
import type { Credentials } from '../stores/user-directory.ts'
import type { DeleteTarget, EndsCount, EndsQuery, NewSession, Pace, PageQuery, StoreDescription, StoreEdit, StoreImage, StoreImages, StorePage, StoredSession, StoreNotice, TallyQuery, TallyStep } from '../stores/session-store.ts'

/** Calls between the program and a store's worker: both ends are ours, so inputs are typed and not parsed. */
export interface StoreCalls {
  /** Answers when the store is open; rejects with what kept it from opening. */
  open: { input: null; output: null }
  describe: { input: null; output: StoreDescription }
  listPage: { input: PageQuery; output: StorePage }
  read: { input: SessionKey; output: StoredSession | null }
  ends: { input: EndsQuery; output: EndsCount }
  revision: { input: null; output: string | null }
  write: { input: StoreEdit; output: KeyOutcome }
  images: { input: readonly SessionKey[]; output: StoreImages }
  writeMany: { input: { readonly edits: readonly StoreEdit[]; readonly pace: Pace }; output: readonly KeyOutcome[] }
  deleteMany: { input: { readonly targets: readonly DeleteTarget[]; readonly pace: Pace }; output: readonly KeyOutcome[] }
  restore: { input: StoreImage; output: KeyOutcome }
  restoreMany: { input: { readonly images: PackedData; readonly pace: Pace }; output: readonly KeyOutcome[] }
  create: { input: NewSession; output: KeyOutcome }
  /** Users of the project; rejects where the store was opened without. */
  describeUsers: { input: null; output: string | null }
  ownersById: { input: readonly string[]; output: readonly Owner[] }
  credentialsOfOwners: { input: readonly string[]; output: ReadonlyMap<string, Credentials | 'no-key'> }
  idsOfOwner: { input: { readonly name: string; readonly limit: number }; output: readonly string[] }
  searchOwners: { input: { readonly text: string; readonly limit: number }; output: readonly Owner[] }
  /** The store is closed; the worker ends after its answer. */
  close: { input: null; output: null }
}

export interface StoreStreams {
  tally: { input: TallyQuery; event: TallyStep }
  watch: { input: SessionKey; event: StoreNotice }
}

/** What was going on, in the words of an error text. */
export const STORE_CALL_WORDS: Readonly<Record<keyof StoreCalls | keyof StoreStreams, string>> = {
  open: 'opening the store',
  describe: 'looking at the store',
  listPage: 'reading a page',
  read: 'reading a session',
  ends: 'counting sessions by their end',
  revision: 'looking for changes',
  write: 'writing a session',
  writeMany: 'writing sessions',
  deleteMany: 'deleting sessions',
  restore: 'restoring a session',
  images: 'reading sessions',
  restoreMany: 'restoring sessions',
  create: 'making a session',
  describeUsers: 'looking for users',
  ownersById: 'reading users',
  credentialsOfOwners: 'reading users',
  idsOfOwner: 'looking for a user',
  searchOwners: 'looking for users',
  tally: 'counting sessions',
  watch: 'listening for changes',
  close: 'closing the store',
}
