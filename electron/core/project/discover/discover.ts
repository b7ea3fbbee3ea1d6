import { stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import type { Discovery, FoundProject } from '../../../../shared/model/project.ts'
import { isWithin, kindWithin, realOf } from '../files.ts'
import { findPythons } from './pythons.ts'
import { findSettingsModules } from './settings-modules.ts'
import { entriesOf, isRepositoryTop, nameOf, walkDown } from './walk.ts'

const MAX_UP = 8
const MAX_PROJECTS = 20

/**
 * The Django projects of a folder, or of one above or below it. It reads names and small files; it runs nothing, starts nothing, connects
 * to nothing, and follows no link out of the folder.
 * @throws STORE_NOT_FOUND when there is no such folder
 */
export async function discoverProjects(given: string, signal: AbortSignal): Promise<Discovery> {
  const real = realOf(resolve(given))
  const facts = real === null ? null : await stat(real).catch(() => null)
  if (real === null || facts === null) throw new CoatcheckError('STORE_NOT_FOUND', 'files.noSuchFolder', { hint: 'next.checkPath', subject: given })
  const start = facts.isDirectory() ? real : dirname(real)
  const above = await walkUp(start, signal)
  const below = await walkDown(start, signal)
  const ownManage = above.withManage[0]
  const folders = ownManage !== undefined && ownManage !== start && below.withManage.length === 0 ? [ownManage] : [...new Set([...below.withManage, ...(below.withManage.length === 0 ? below.withSettings : [])])]
  const chosen = folders.length === 0 && ownManage !== undefined ? [ownManage] : folders
  const projects: FoundProject[] = []
  for (const folder of chosen.slice(0, MAX_PROJECTS)) {
    throwIfAborted(signal)
    projects.push(await describeProject(folder, above.top))
  }
  return { folder: start, projects, truncated: below.truncated || chosen.length > MAX_PROJECTS }
}

/** Upwards to the top of the repository, or the nearest `manage.py` where there is none. */
async function walkUp(start: string, signal: AbortSignal): Promise<{ withManage: readonly string[]; top: string }> {
  const withManage: string[] = []
  let folder = start
  for (let step = 0; step < MAX_UP; step += 1) {
    throwIfAborted(signal)
    const entries = await entriesOf(folder)
    if (entries.some((entry) => entry.name === 'manage.py' && entry.isFile())) withManage.push(folder)
    if (isRepositoryTop(entries)) return { withManage, top: folder }
    if (dirname(folder) === folder) break
    folder = dirname(folder)
  }
  return { withManage, top: start }
}

async function describeProject(folder: string, top: string): Promise<FoundProject> {
  const around = [folder]
  // Environments and compose files of a monorepo stand at its top.
  for (let at = folder; isWithin(top, at) && at !== top && around.length < MAX_UP;) {
    at = dirname(at)
    around.push(at)
  }
  // With a reader of YAML, which only this needs.
  const { findCompose } = await import('./compose.ts')
  const [settings, pythons] = await Promise.all([findSettingsModules(folder), findPythons(around)])
  const envFiles = around.flatMap((home) => ['.env', '.env.local', '.envs/.local/.django'].map((name) => join(home, name))).filter((path) => kindWithin(dirname(path), path) === 'file').map((path) => relative(folder, path))
  return { folder, name: nameOf(folder), settings, pythons, envFiles, compose: findCompose(around) }
}
