import { posix } from 'node:path'
import { readEnvText } from './env-text.ts'
import type { EnvFlavour } from './env-text.ts'
import type { Run } from './run.ts'
import { missing } from './run.ts'
import type { Py } from './values.ts'
import { str, unknown } from './values.ts'

/** What `os.environ` holds under a name. null: nothing. Every name that is asked for is remembered. */
export function readVariable(run: Run, name: string): Py | null {
  run.asked.add(name)
  if (run.state.environDoubt !== null) return { ...unknown(run.state.environDoubt), env: [name] }
  const value = run.state.environ.get(name)
  if (value === undefined) return null
  return value.env?.includes(name) === true ? value : { ...value, env: [...(value.env ?? []), name] }
}

/** Puts the lines of a file where the environment has nothing of that name, as the libraries do. */
export function loadEnvFile(run: Run, path: string, flavour: EnvFlavour, overwrites: boolean): boolean {
  const text = run.world.readText(path)
  if (text === null) {
    if (run.world.exists(path) !== 'no') run.state.environDoubt ??= `${posix.basename(path)}, which is not read`
    return false
  }
  const file = posix.relative(run.world.root, path)
  const given = new Set(run.state.environ.keys())
  const seen = new Set<string>()
  for (const { name, value } of readEnvText(text, flavour)) {
    if (given.has(name) && !overwrites) continue
    // Of two lines of one name, one library keeps the first, another the last.
    const isAgain = seen.has(name)
    seen.add(name)
    const from = { kind: 'env-file', file, name } as const
    run.state.environ.set(name, value === null || isAgain ? { ...unknown(`${file} ${name}, which is not plain`), from, env: [name] } : { ...str(value), from, env: [name] })
  }
  return true
}

/** The nearest file of a name, from a folder upwards. null: none within the project; `'outside'`: perhaps one above it. */
export function findUpwards(run: Run, folder: string, names: readonly string[]): string | 'outside' | null {
  for (let at = folder; ; at = posix.dirname(at)) {
    const found = names.find((name) => run.world.exists(posix.join(at, name)) === 'file')
    if (found !== undefined) return posix.join(at, found)
    if (names.some((name) => run.world.exists(posix.join(at, name)) === null)) return 'outside'
    if (at === posix.dirname(at)) return null
  }
}

/** `os.environ[name] = value`. @returns what it is instead where Python raises; null: it is set */
export function setVariable(run: Run, name: string, value: Py, line: number): Py | null {
  // Only texts can be there; of what is not known, the line still says where it was set.
  if (value.t !== 'str' && value.t !== 'unknown') {
    run.state.environ.set(name, unknown(`environment ${name}, which was set to no text`))
    return missing(run, 'TypeError', line, `environment ${name} is set to no text`)
  }
  run.state.environ.set(name, value.t === 'unknown' ? unknown(value.why) : value)
  return null
}

/** `del os.environ[name]`, where it is set. */
export function removeVariable(run: Run, name: string): void {
  run.state.environ.delete(name)
}
