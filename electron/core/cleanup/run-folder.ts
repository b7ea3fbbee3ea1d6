import { hkdfSync, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { cleanupAction, cleanupRules } from '../../../shared/model/cleanup.ts'
import { sourceTarget } from '../../../shared/model/source.ts'
import type { SourceTarget } from '../../../shared/model/source.ts'
import { paramShape } from './reason-shape.ts'

/** How the key of a run's files is kept. */
const keptKey = z.discriminatedUnion('kind', [
  /** Derived from a secret of the vault. */
  z.strictObject({ kind: z.literal('vault'), protection: z.enum(['keychain', 'passphrase']) }),
  /** Beside the files: whoever can read them reads them. */
  z.strictObject({ kind: z.literal('file'), key: z.string() }),
])
export type KeptKey = z.infer<typeof keptKey>

const sentence = z.strictObject({ id: z.string(), params: z.record(z.string(), paramShape) })

/** `run.json`: what a run is, and how far its states went. Counts are in its journal. */
const manifest = z.strictObject({
  version: z.literal(1),
  runId: z.string().min(1).max(64).regex(/^[\w-]+$/),
  target: sourceTarget,
  sourceName: z.string(),
  rules: cleanupRules,
  action: cleanupAction,
  /** Of a copy: where to. */
  copyTarget: sourceTarget.nullable(),
  sentences: z.array(sentence),
  /** What the edits of the action reckon from. */
  now: z.number(),
  key: keptKey,
  matched: z.int(),
  bytes: z.number(),
  undo: z.boolean(),
  partialUndo: z.boolean(),
  pace: z.enum(['gentle', 'full']),
  kind: z.enum(['clean', 'undo']),
  state: z.enum(['running', 'paused', 'stopped', 'interrupted', 'done']),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** Time spent running before this start. */
  elapsedMs: z.number(),
  reason: sentence.nullable(),
  /** Only these are put back; null: all. */
  undoKeys: z.array(z.string()).nullable(),
})
export type Manifest = z.infer<typeof manifest>

export const LIST_FILE = 'list'
export const JOURNAL_FILE = 'journal'
export const UNDO_FILE = 'undo'
const RETRY_FILE = 'retry-'
const MANIFEST_FILE = 'run.json'
const OWNER_FILE = 'owner'
/** Stands in every folder that was made here: nothing else is ever removed. */
const MARK_FILE = 'coatcheck-run'

/** Gives out, and takes back, what encrypts the files of runs. */
export interface KeyKeeper {
  /** For a new run. */
  make(runId: string): Promise<{ readonly kept: KeptKey; readonly key: Buffer }>
  /** null: it cannot be had (any more). */
  open(runId: string, kept: KeptKey): Promise<Buffer | null>
  protection(): Promise<'keychain' | 'passphrase' | 'file-mode'>
}

/** The secret of a vault, as far as keeping keys needs it. */
export interface SecretKeeper {
  state(): Promise<{ readonly kind: 'keychain' | 'passphrase' | 'memory'; readonly locked: boolean }>
  read(id: string): Promise<string | null>
  write(id: string, secret: string): Promise<void>
}

const SECRET_ID = 'cleanup-journals'
const KEY_BYTES = 32

/** One secret in the vault, from which each run's key is derived (HKDF, RFC 5869). Where the vault is memory only, the key stands beside the files. */
export function createKeyKeeper(vault: SecretKeeper): KeyKeeper {
  async function protection(): Promise<'keychain' | 'passphrase' | 'file-mode'> {
    const { kind, locked } = await vault.state()
    return kind === 'memory' || locked ? 'file-mode' : kind
  }

  async function secret(make: boolean): Promise<Buffer | null> {
    const known = await vault.read(SECRET_ID)
    if (known !== null) return Buffer.from(known, 'base64')
    if (!make) return null
    const made = randomBytes(KEY_BYTES)
    await vault.write(SECRET_ID, made.toString('base64'))
    return made
  }

  return {
    protection,
    async make(runId) {
      const kind = await protection()
      const from = kind === 'file-mode' ? null : await secret(true)
      if (kind !== 'file-mode' && from !== null) return { kept: { kind: 'vault', protection: kind }, key: derive(from, runId) }
      const key = randomBytes(KEY_BYTES)
      return { kept: { kind: 'file', key: key.toString('base64') }, key }
    },
    async open(runId, kept) {
      if (kept.kind === 'file') return Buffer.from(kept.key, 'base64')
      const from = await secret(false).catch(() => null)
      return from === null ? null : derive(from, runId)
    },
  }
}

const derive = (secret: Buffer, runId: string): Buffer => Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `coatcheck run ${runId}`, KEY_BYTES))

/** The folders of all runs: `<data folder>/cleanup/<run id>/`, 0700, files 0600. */
export class RunFolders {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  pathOf(runId: string, file = ''): string {
    return join(this.#root, runId, file)
  }

  make(runId: string): void {
    mkdirSync(this.pathOf(runId), { recursive: true, mode: 0o700 })
    closeSync(openSync(this.pathOf(runId, MARK_FILE), 'a', 0o600))
  }

  /** Replaced as a whole and synced. @throws JOURNAL_INVALID */
  write(run: Manifest): void {
    const path = this.pathOf(run.runId, MANIFEST_FILE)
    try {
      const handle = openSync(`${path}.tmp`, 'w', 0o600)
      try {
        writeSync(handle, JSON.stringify(run))
        fsyncSync(handle)
      } finally {
        closeSync(handle)
      }
      renameSync(`${path}.tmp`, path)
    } catch (error) {
      const problem = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      throw new CoatcheckError('JOURNAL_INVALID', reason('cleanup.journalUnwritten', { problem }), { hint: 'next.freeSpaceJournal', subject: path }, error)
    }
  }

  /** null: there is no such run, or what is there is none. */
  read(runId: string): Manifest | null {
    if (!/^[\w-]+$/.test(runId)) return null
    try {
      const parsed = manifest.safeParse(JSON.parse(readFileSync(this.pathOf(runId, MANIFEST_FILE), 'utf8')))
      return parsed.success ? parsed.data : null
    } catch {
      return null
    }
  }

  /** Journals of what was tried again because it had failed, one for each time, the first one first. */
  retries(runId: string): readonly string[] {
    const numbers = readNames(this.pathOf(runId)).flatMap((name) => (/^retry-\d{1,6}$/.test(name) ? [Number(name.slice(RETRY_FILE.length))] : []))
    return numbers.toSorted((a, b) => a - b).map((number) => `${RETRY_FILE}${number}`)
  }

  /** The file of one more time. */
  nextRetry(runId: string): string {
    return `${RETRY_FILE}${Number(this.retries(runId).at(-1)?.slice(RETRY_FILE.length) ?? 0) + 1}`
  }

  /** Newest first. */
  list(): readonly Manifest[] {
    const names = readNames(this.#root)
    return names.flatMap((name) => this.read(name) ?? []).toSorted((a, b) => b.startedAt - a.startedAt)
  }

  /** Folders made here that hold no run: dry runs of programs that have ended. */
  stale(): readonly string[] {
    return readNames(this.#root).filter((name) => this.#isMarked(name) && !existsSync(this.pathOf(name, MANIFEST_FILE)) && !this.isOwned(name))
  }

  bytesOf(runId: string, names: readonly string[] = readNames(this.pathOf(runId))): number {
    return names.reduce((sum, name) => sum + (statSync(this.pathOf(runId, name), { throwIfNoEntry: false })?.size ?? 0), 0)
  }

  remove(runId: string): void {
    if (this.#isMarked(runId)) rmSync(this.pathOf(runId), { recursive: true, force: true })
  }

  /** This program's own from now on. false: another one that lives has it. */
  own(runId: string): boolean {
    const path = this.pathOf(runId, OWNER_FILE)
    const before = readText(path)
    if (this.isOwned(runId) || !this.#setAside(path, before)) return false
    try {
      const handle = openSync(path, 'wx', 0o600)
      writeSync(handle, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }))
      closeSync(handle)
      return true
    } catch {
      return false
    }
  }

  /** The mark of a program that has ended. false: another one was quicker to put its own there. */
  #setAside(path: string, before: string | null): boolean {
    if (before === null) return true
    const aside = `${path}.${process.pid}`
    try {
      renameSync(path, aside)
      const isIt = readText(aside) === before
      if (!isIt) linkSync(aside, path)
      rmSync(aside, { force: true })
      return isIt
    } catch {
      return false
    }
  }

  #isMarked(runId: string): boolean {
    return /^[\w-]+$/.test(runId) && existsSync(this.pathOf(runId, MARK_FILE))
  }

  disown(runId: string): void {
    rmSync(this.pathOf(runId, OWNER_FILE), { force: true })
  }

  /** Whether a run that writes there was under way in a program that has ended. */
  wasCut(target: SourceTarget): boolean {
    const place = JSON.stringify(target)
    return this.list().some((run) => run.state === 'running' && JSON.stringify(run.copyTarget ?? run.target) === place && !this.isOwned(run.runId))
  }

  /** By a process that lives, this one too. */
  isOwned(runId: string): boolean {
    try {
      const { pid, started } = JSON.parse(readFileSync(this.pathOf(runId, OWNER_FILE), 'utf8')) as { pid?: unknown; started?: unknown }
      if (typeof pid !== 'number') return false
      process.kill(pid, 0)
      // A number is given anew; where the system tells when it was, that is compared.
      return started === startOf(pid)
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EPERM'
    }
  }
}

/** When a process began, as Linux tells it; null: elsewhere. */
function startOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? null
  } catch {
    return null
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
