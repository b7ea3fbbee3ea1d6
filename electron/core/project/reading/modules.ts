import type { Run, Frame, ModuleFile } from './run.ts'
import { PythonRaise, spend } from './run.ts'
import { executeModule } from './execute.ts'

const MAX_OPEN = 30

/**
 * Imports a module of the project, its packages first, as Python does; each runs once.
 * `'missing'`: it is none of the project's. `frame` is null where nothing can be caught.
 */
export function importModule(run: Run, name: string, frame: Frame | null): 'imported' | 'missing' {
  const parts = name.split('.')
  for (let count = 1; count <= parts.length; count += 1) {
    const partial = parts.slice(0, count).join('.')
    const found = run.world.findModule(partial)
    if (found === null) return 'missing'
    if (found === 'namespace' || run.state.modules.has(partial)) continue
    runModule(run, found, frame)
  }
  return 'imported'
}

function runModule(run: Run, module: ModuleFile, frame: Frame | null): void {
  spend(run, 10)
  run.state.modules.set(module.module, { module: module.module, names: new Map(), doubt: null, complete: false })
  if (run.depth >= MAX_OPEN) {
    const scope = run.state.modules.get(module.module)
    if (scope !== undefined) scope.doubt = 'imports that are nested too deeply'
    return
  }
  run.depth += 1
  try {
    const completion = executeModule(run, module, frame?.catching ?? [])
    if (completion.kind === 'raise') {
      run.state.modules.delete(module.module)
      throw new PythonRaise(completion.name, completion.line)
    }
  } finally {
    run.depth -= 1
  }
  const scope = run.state.modules.get(module.module)
  if (scope !== undefined) scope.complete = true
}

