import { executeModule } from './execute.ts'
import { doubtScope } from './memory.ts'
import type { ModuleFile, Run } from './run.ts'
import { PythonRaise, spend } from './run.ts'
import { createScope } from './state.ts'

const MAX_OPEN = 30

/**
 * Imports a module of the project, its packages first, as Python does; each runs once.
 * `'missing'`: it is none of the project's.
 */
export function importModule(run: Run, name: string): 'imported' | 'missing' {
  const parts = name.split('.')
  for (let count = 1; count <= parts.length; count += 1) {
    const partial = parts.slice(0, count).join('.')
    const found = run.world.findModule(partial)
    if (found === null) return 'missing'
    if (found === 'namespace' || run.state.modules.has(partial)) continue
    runModule(run, found)
  }
  return 'imported'
}

function runModule(run: Run, module: ModuleFile): void {
  spend(run, 10)
  const scope = createScope(module.module)
  run.state.modules.set(module.module, scope)
  if (run.depth >= MAX_OPEN) {
    doubtScope(scope, 'imports that are nested too deeply')
    return
  }
  run.depth += 1
  try {
    const completion = executeModule(run, module)
    if (completion.kind === 'raise') {
      run.state.modules.delete(module.module)
      throw new PythonRaise(completion.name, completion.line)
    }
  } finally {
    run.depth -= 1
  }
  scope.complete = true
}
