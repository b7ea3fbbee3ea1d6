// Debian's Python libraries beside Django of today, where the package index has none of them: copies in the virtual environment of this checkout, and nowhere else.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runCommand } from './run-command.mjs'

const DEBIAN = '/usr/lib/python3/dist-packages'
const FOLDER = 'from-debian'

/**
 * Only the modules that are named, and only those that this Python can import then: all of Debian's folder on the path would bring its
 * old Django too. Copies, not links: bytecode that Python writes beside a module stays in the environment.
 * @param {string} venv folder of the virtual environment @param {string} python its interpreter
 * @param {readonly (readonly string[])[]} libraries for each its module first, then what that needs; entries of Debian's folder
 */
export async function lendFromDebian(venv, python, libraries) {
  const { code, output } = await runCommand(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], { timeoutMs: 20_000 })
  const sitePackages = output.trim()
  if (code !== 0 || !sitePackages.startsWith(venv) || !existsSync(DEBIAN)) return
  const folder = join(venv, FOLDER)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(sitePackages, `${FOLDER}.pth`), `${relative(sitePackages, folder)}\n`)
  for (const [module = '', ...needs] of libraries) {
    const copied = [module, ...needs].flatMap((name) => copyModule(name, folder, sitePackages))
    const imported = await runCommand(python, ['-c', `import ${module}`], { timeoutMs: 20_000 })
    if (imported.code !== 0) for (const path of copied) rmSync(path, { recursive: true, force: true })
  }
}

/** A package, a file, or a compiled one. What the environment has already stays. @param {string} name @param {string} folder @param {string} sitePackages @returns {string[]} what was copied */
function copyModule(name, folder, sitePackages) {
  const isIt = (/** @type {string} */ entry) => entry === name || entry === `${name}.py` || (entry.startsWith(`${name}.`) && entry.endsWith('.so'))
  if ([sitePackages, folder].some((place) => readdirSync(place).some(isIt))) return []
  return readdirSync(DEBIAN).filter(isIt).map((entry) => {
    const target = join(folder, entry)
    cpSync(join(DEBIAN, entry), target, { recursive: true, dereference: true, filter: (path) => !path.endsWith('__pycache__') })
    return target
  })
}
