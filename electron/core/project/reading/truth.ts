import type { Py } from './values.ts'

/** Python's truth of a value. null: not known. */
export function truthOf(value: Py): boolean | null {
  switch (value.t) {
    case 'none': return false
    case 'bool': return value.v
    case 'int': return value.v !== 0n
    case 'float': return value.v !== 0
    case 'str': case 'bytes': return value.v !== ''
    case 'path': return true
    case 'timedelta': return value.seconds !== 0
    case 'tuple': return value.items.length > 0
    case 'list': case 'set': return value.cell.spoiled === null ? value.cell.items.length > 0 : null
    case 'dict': return value.cell.spoiled === null ? value.cell.entries.size > 0 : null
    case 'module': case 'function': return true
    default: return null
  }
}
