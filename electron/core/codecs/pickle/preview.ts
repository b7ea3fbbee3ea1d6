import { floatRepr } from '../../../../shared/values/float-repr.ts'
import { globalName } from './values.ts'
import type { Value } from './values.ts'

const LONGEST = 120
const SHOWN_ITEMS = 6
const SHOWN_LEVELS = 3

/** A value in one short line, much as Python's `repr` has it. For people: it is cut, and never read back. */
export function preview(value: Value): string {
  return cut(describe(value, SHOWN_LEVELS))
}

/** `'rm -rf /', 0` */
export function previewArgs(args: readonly Value[]): string {
  return cut(list(args, SHOWN_LEVELS))
}

function describe(value: Value, levels: number): string {
  switch (value.type) {
    case 'none':
      return 'None'
    case 'bool':
      return value.value ? 'True' : 'False'
    case 'int':
      return cut(value.digits)
    case 'float':
      return floatRepr(value.value)
    case 'str':
      return quote(value.value)
    case 'odd':
      return value.shown
    case 'bytes':
      return `b${quote(Buffer.from(value.data.subarray(0, LONGEST)).toString('latin1'))}`
    case 'bytearray':
      return `bytearray(${value.data.length})`
    case 'global':
      return cut(globalName(value))
    case 'persistent':
      return `persistent_load(${inner(value.id, levels)})`
    case 'object':
      return `${inner(value.callee, levels)}(${levels === 0 ? '…' : list(value.args, levels - 1)})`
    case 'dict':
      return value.keys.length === 0 ? '{}' : '{…}'
    case 'list':
      return `[${levels === 0 ? '…' : list(value.items, levels - 1)}]`
    case 'tuple':
      return `(${levels === 0 ? '…' : list(value.items, levels - 1)})`
    case 'set':
    case 'frozenset':
      return `${value.type}({…})`
  }
}

function inner(value: Value, levels: number): string {
  return levels === 0 ? '…' : describe(value, levels - 1)
}

function list(values: readonly Value[], levels: number): string {
  const shown = values.slice(0, SHOWN_ITEMS).map((value) => describe(value, levels))
  return [...shown, ...(values.length > SHOWN_ITEMS ? ['…'] : [])].join(', ')
}

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\\']/gu

function quote(text: string): string {
  const shown = text.slice(0, LONGEST).replace(INVISIBLE, (unit) => (unit === "'" || unit === '\\' ? `\\${unit}` : `\\u${(unit.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`))
  return `'${shown}${text.length > LONGEST ? '…' : ''}'`
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
