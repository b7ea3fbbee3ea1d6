import type { Py } from './values.ts'
import { bool, int, list, str, tuple, withEnv } from './values.ts'

/** Texts that stand for true or false in each library. Anything else: what the library does is not told. */
const TRUE = { environ: ['true', 'on', 'ok', 'y', 'yes', '1'], decouple: ['y', 'yes', 't', 'true', 'on', '1'] } as const
const FALSE_DECOUPLE = ['n', 'no', 'f', 'false', 'off', '0', '']

export function castBool(text: string, library: 'environ' | 'decouple'): Py | null {
  const lower = text.toLowerCase()
  if (library === 'environ') return /^\s*[+-]?\d+\s*$/.test(text) ? bool(!/^\s*[+-]?0+\s*$/.test(text)) : bool(TRUE.environ.some((word) => word === lower.trim()))
  if (TRUE.decouple.some((word) => word === lower)) return bool(true)
  return FALSE_DECOUPLE.includes(lower) ? bool(false) : null
}

/** `int(text)`. null: Python raises, or reads it in a way that is not told here. */
export function castInt(text: string): Py | null {
  return /^\s*[+-]?\d{1,100}\s*$/.test(text) && /^[\0-\x7f]*$/.test(text) ? int(BigInt(text.trim().replace(/^\+/, ''))) : null
}

export function castFloat(text: string): Py | null {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? { t: 'float', v: Number(text) } : null
}

/** A text by the cast of a library, named like Python's type. null: not told. */
export function castText(text: string, cast: string, library: 'environ' | 'decouple'): Py | null {
  switch (cast) {
    case 'str': return str(text)
    case 'bool': return castBool(text, library)
    case 'int': return castInt(text)
    case 'float': return castFloat(text)
    case 'list': case 'tuple': return library === 'environ' ? castList(text, cast) : null
    case 'path': return { t: 'path', v: text }
    default: return null
  }
}

/** django-environ's list: by commas, empty items left out. With spaces around an item, its versions differ. */
function castList(text: string, cast: 'list' | 'tuple'): Py | null {
  const items = text.split(',').filter((item) => item !== '')
  if (items.some((item) => item.trim() !== item) || (cast === 'tuple' && /[()]/.test(text))) return null
  return cast === 'list' ? list(items.map((item) => str(item))) : tuple(items.map((item) => str(item)))
}

/** python-decouple's `Csv`: by commas, stripped. Quotes make it a matter of `shlex`, which is not told here. */
export function splitCsv(text: string): string[] | null {
  if (/["'\\]/.test(text)) return null
  return text.split(',').filter((item) => item !== '').map((item) => item.trim())
}

export function keepEnv(value: Py, from: Py): Py {
  const cast = withEnv(value, from)
  return from.from === undefined ? cast : { ...cast, from: from.from }
}
