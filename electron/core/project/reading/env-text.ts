/** One line of a `.env` file. `value` is null where libraries do not agree on it, or it refers to others. */
export interface EnvLine {
  readonly name: string
  readonly value: string | null
  readonly line: number
}

/** Which library reads: they agree on plain lines only. */
export type EnvFlavour = 'environ' | 'decouple' | 'dotenv'

const LINE = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)([ \t]*)=(.*)$/

/**
 * The variables of a `.env` file, in order. Only what every version of the library reads alike has a value: a value in matching quotes
 * with no escape, or a bare one without quotes, comments and spaces around it.
 */
export function readEnvText(text: string, flavour: EnvFlavour): EnvLine[] {
  const lines: EnvLine[] = []
  for (const [index, raw] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const match = LINE.exec(flavour === 'decouple' ? line : raw.trimStart())
    if (match === null) continue
    const [, name = '', gap = '', value = ''] = match
    // Only later versions of django-environ know `export`.
    const isPlain = flavour === 'dotenv' ? gap === '' : !line.startsWith('export') && (flavour === 'decouple' || gap === '')
    lines.push({ name, value: isPlain ? readValue(flavour === 'decouple' ? value.trim() : value, flavour) : null, line: index + 1 })
  }
  return lines
}

function readValue(value: string, flavour: EnvFlavour): string | null {
  const quote = value[0]
  if (quote === '"' || quote === "'") {
    const inner = value.slice(1, -1)
    const isWhole = value.length >= 2 && value.endsWith(quote) && !inner.includes(quote) && !inner.includes('\\')
    return isWhole && !refers(inner, flavour) ? inner : null
  }
  if (value.trim() !== value || /["'\\#]/.test(value) && flavour !== 'decouple') return null
  return refers(value, flavour) ? null : value
}

function refers(value: string, flavour: EnvFlavour): boolean {
  return flavour === 'dotenv' ? value.includes('$') : flavour === 'environ' && value.startsWith('$')
}
