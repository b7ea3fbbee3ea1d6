import { LIMITS } from '../../../../shared/limits.ts'
import type { PickleCall, PickleDanger } from '../../../../shared/model/pickle.ts'
import { preview, previewArgs } from './preview.ts'
import { globalName } from './values.ts'
import type { GlobalValue, Value } from './values.ts'
import { judgeGlobal } from './globals.ts'

/** Calls that are described in full; more change nothing. */
const SHOWN_CALLS = 20

/** What loading a pickle would do, collected while it is read: also what it does with values that it throws away. */
export class Suspicions {
  readonly #imports = new Set<string>()
  readonly #calls = new Map<string, PickleCall>()
  #namesClasses = false

  addImport(global: GlobalValue): void {
    const name = globalName(global)
    if (this.#imports.has(name)) return
    this.#imports.add(name)
    const verdict = judgeGlobal(global)
    this.#namesClasses ||= verdict === 'class'
    if (verdict === 'call') this.#add({ kind: 'import', name: preview(global), args: '' })
  }

  addCall(callee: Value, args: readonly Value[]): void {
    if (this.#calls.size >= SHOWN_CALLS) return
    this.#add({ kind: 'call', name: preview(callee), args: previewArgs(args) })
  }

  get facts(): { readonly imports: readonly string[]; readonly importsLeftOut: number; readonly danger: PickleDanger; readonly calls: readonly PickleCall[] } {
    const danger = this.#calls.size > 0 ? 'dangerous' : this.#namesClasses ? 'classes' : 'data'
    const calls = [...this.#calls.values()]
    const called = new Set(calls.filter(({ kind }) => kind === 'call').map(({ name }) => name))
    return {
      imports: [...this.#imports].slice(0, LIMITS.pickleImports).map((name) => name.slice(0, LIMITS.shownTextChars)),
      importsLeftOut: Math.max(this.#imports.size - LIMITS.pickleImports, 0),
      danger,
      calls: calls.filter(({ kind, name }) => kind === 'call' || !called.has(name)),
    }
  }

  #add(call: PickleCall): void {
    const id = `${call.kind} ${call.name} ${call.args}`
    if (this.#calls.size < SHOWN_CALLS * 2) this.#calls.set(id, call)
  }
}
