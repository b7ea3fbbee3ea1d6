import type { ProjectValue } from '../../../../shared/model/project.ts'
import type { Py } from './values.ts'
import { settle } from './values.ts'

/** Keys and passwords by their names in the settings. It has no other way out than `get`: as JSON it is empty. */
export interface Secrets {
  get(name: string): string | null
  readonly names: () => readonly string[]
}

export interface SecretKeeper extends Secrets {
  keep(name: string, value: string): void
}

export function createSecrets(): SecretKeeper {
  const held = new Map<string, string>()
  return { get: (name) => held.get(name) ?? null, names: () => [...held.keys()], keep: (name, value) => { held.set(name, value) } }
}

const SECRET_NAME = /pass(?:word|wd)?|secret|token|credential|private|api_?key|ssl_?key(?!file)/i
const SECRET_SETTING = new Set(['SECRET_KEY', 'SECRET_KEY_FALLBACKS'])
const URL_PASSWORD = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#@]*):([^/?#]*)@/i
const QUERY_PASSWORD = /([?&](?:password|pass|pwd|secret|token)=)[^&#]*/gi
const MAX_DEPTH = 12

/** A value as it may be shown. What is secret in it goes to the keeper under its place: `SECRET_KEY`, `DATABASES.default.PASSWORD`. */
export function toShown(value: Py, place: string, secrets: SecretKeeper, depth = 0): ProjectValue {
  const held = settle(value)
  if (depth > MAX_DEPTH) return { $unknown: 'nested too deeply' }
  switch (held.t) {
    case 'none': return null
    case 'bool': return held.v
    case 'int': return held.v >= BigInt(Number.MIN_SAFE_INTEGER) && held.v <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(held.v) : { $int: held.v.toString() }
    case 'float': return Number.isFinite(held.v) ? held.v : { $float: held.v > 0 ? 'inf' : '-inf' }
    case 'str': case 'path': return showText(held.v, place, secrets)
    case 'bytes': return isSecret(place) ? hide(place, held.v, secrets) : { $bytes: Buffer.from(held.v, 'latin1').toString('base64') }
    case 'timedelta': return { $timedelta: held.seconds }
    case 'tuple': case 'list': case 'set': return (held.t === 'tuple' ? held.items : held.cell.items).map((item, index) => toShown(item, `${place}[${index}]`, secrets, depth + 1))
    case 'dict': return Object.fromEntries([...held.cell.entries.values()].map(({ key, value: item }) => {
      const name = key.t === 'str' ? key.v : key.t === 'int' ? key.v.toString() : key.t
      return [name, toShown(item, `${place}.${name}`, secrets, depth + 1)]
    }))
    case 'unknown': return { $unknown: held.why }
    case 'ref': return { $unknown: `it is ${held.name}` }
    default: return { $unknown: 'it is no plain value' }
  }
}

function isSecret(place: string): boolean {
  const [top = ''] = place.split(/[.[(]/)
  return SECRET_SETTING.has(top) || SECRET_NAME.test(place.slice(place.lastIndexOf('.') + 1).replace(/\[\d+\]$/, '')) && place.includes('.')
}

function showText(text: string, place: string, secrets: SecretKeeper): ProjectValue {
  if (isSecret(place)) return hide(place, text, secrets)
  const shown = text.replace(URL_PASSWORD, '$1$2:***@').replace(QUERY_PASSWORD, '$1***')
  if (shown !== text) secrets.keep(place, text)
  return shown
}

/** An empty secret is no secret, and worth telling. */
function hide(place: string, text: string, secrets: SecretKeeper): ProjectValue {
  if (text === '') return ''
  secrets.keep(place, text)
  return { $secret: place }
}

/** Conditions are code of the project: a long text in one could be a key. */
export function hideTexts(when: string): string {
  return when.replace(/(["'])(?:(?!\1).){13,}\1/g, '$1…$1')
}
