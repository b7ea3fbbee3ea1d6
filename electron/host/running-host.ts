import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ACCESS } from '../../shared/rpc/access.ts'
import type { LoopbackAddress } from './host.ts'
import { newSecret } from './access.ts'
import { doorAt } from './guard.ts'

const runningHost = z.strictObject({
  address: z.enum(['127.0.0.1', '::1']),
  port: z.int().min(1).max(65_535),
  pid: z.int().min(1),
  /** Lets whoever can read this file ask for a link. */
  secret: z.string().length(43),
})
type RunningHost = z.infer<typeof runningHost>

const ANSWER_MS = 2_000

/** Asks the host that runs on this data folder for a link. null: none runs. */
export async function askRunningHost(dataFolder: string, open: string | null): Promise<string | null> {
  const found = readClaim(dataFolder)
  return found === null ? null : askForLink(found, open)
}

export interface Claim {
  release(): void
}

/**
 * Writes down that a host runs here, in a file that only this user can read.
 * A file left by a host that does not answer is replaced; null: another host has come first.
 */
export async function claimDataFolder(dataFolder: string, host: { readonly address: LoopbackAddress; readonly port: number; readonly secret: string }): Promise<Claim | null> {
  const text = JSON.stringify({ ...host, pid: process.pid } satisfies RunningHost)
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (putClaim(dataFolder, text)) return { release: () => removeClaim(dataFolder, text) }
    if ((await askRunningHost(dataFolder, null)) !== null) return null
    removeClaim(dataFolder, readText(claimFile(dataFolder)))
  }
  return null
}

/** A link to a finished file appears whole or not at all, and never over another one. */
function putClaim(dataFolder: string, text: string): boolean {
  const draft = join(dataFolder, `.host-${newSecret()}`)
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, claimFile(dataFolder))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Removes the claim only while it says `text`: another host may have replaced it meanwhile. */
function removeClaim(dataFolder: string, text: string | null): void {
  const aside = join(dataFolder, `.host-${newSecret()}`)
  try {
    renameSync(claimFile(dataFolder), aside)
    if (readText(aside) !== text) linkSync(aside, claimFile(dataFolder))
  } catch {
    // Gone already, or claimed anew: both are fine.
  } finally {
    rmSync(aside, { force: true })
  }
}

function claimFile(dataFolder: string): string {
  return join(dataFolder, 'host.json')
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function readClaim(dataFolder: string): RunningHost | null {
  try {
    return runningHost.parse(JSON.parse(readText(claimFile(dataFolder)) ?? ''))
  } catch {
    return null
  }
}

async function askForLink(host: RunningHost, open: string | null): Promise<string | null> {
  const { origin } = doorAt(host.address, host.port)
  try {
    const response = await fetch(origin + ACCESS.link, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: { 'Content-Type': 'application/json', 'Authorization': `Bearer ${host.secret}`, 'Origin': origin },
      body: JSON.stringify({ open }),
    })
    if (!response.ok) return null
    const { link } = z.strictObject({ link: z.string().startsWith(`${origin}/#`) }).parse(await response.json())
    return link
  } catch {
    return null
  }
}
