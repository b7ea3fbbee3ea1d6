import type { ConnectionVariant, FieldId, VariantId } from './connection-kinds.ts'
import { CONNECTION_FIELDS, CONNECTION_VARIANTS } from './connection-kinds.ts'

/** What people have entered, by field. An empty text is one that was left out. */
export type FieldValues = Readonly<Partial<Record<FieldId, string>>>

export interface ReadConnectionUrl {
  readonly variant: VariantId
  readonly values: FieldValues
  /** Parameters that no field stands for: they stay as they are. */
  readonly rest: string
}

/** The URL of what was entered, without its passwords. Whether it is right is the core's to say. */
export function writeConnectionUrl({ scheme, fields }: ConnectionVariant, values: FieldValues, rest = ''): string {
  const has = (id: FieldId): string => (fields.includes(id) ? (values[id] ?? '').trim() : '')
  if (fields.includes('path')) return `${scheme}://${has('user') === '' ? '' : `${encodeURIComponent(has('user'))}@`}${has('path').split('/').map(encodeURIComponent).join('/')}${query(fields, values, rest)}`
  const host = fields.includes('hosts') ? has('hosts').split(/[\s,]+/).filter((one) => one !== '').join(',') : bracketed(has('host') === '' ? 'localhost' : has('host'))
  const user = has('user') === '' ? '' : `${encodeURIComponent(has('user'))}@`
  const segments = fields.filter((id) => isSegment(id)).map((id) => encodeURIComponent(has(id)))
  while (segments.at(-1) === '') segments.pop()
  return `${scheme}://${user}${host}${has('port') === '' ? '' : `:${has('port')}`}${segments.map((segment) => `/${segment}`).join('')}${query(fields, values, rest)}`
}

/** null: it begins with no scheme that is known here. A password in it is among the values. */
export function readConnectionUrl(text: string): ReadConnectionUrl | null {
  const found = /^\s*([a-z][a-z0-9+]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(text)
  const scheme = found?.[1]?.toLowerCase() ?? ''
  const variant = CONNECTION_VARIANTS.find((one: ConnectionVariant) => one.scheme === scheme || one.aliases?.includes(scheme) === true)
  if (found === null || variant === undefined) return null
  const [, , authority = '', path = '', search = ''] = found
  const at = authority.lastIndexOf('@')
  const [user = '', ...password] = authority.slice(0, Math.max(0, at)).split(':')
  const fields: readonly FieldId[] = variant.fields
  const values: Partial<Record<FieldId, string>> = { user: decode(user), password: decode(password.join(':')) }
  if (fields.includes('path')) values.path = decode(path)
  else {
    Object.assign(values, readHost(authority.slice(at + 1), fields))
    const segments = path.split('/').slice(1)
    fields.filter((id) => isSegment(id)).forEach((id, index) => { values[id] = decode(segments[index] ?? '') })
  }
  const parameters = new URLSearchParams(search)
  for (const id of fields) {
    const name = queryName(id) ?? secretName(id)
    if (name === null) continue
    values[id] = parameters.get(name) ?? ''
    parameters.delete(name)
  }
  return { variant: variant.id, values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')), rest: parameters.toString() }
}

function readHost(text: string, fields: readonly FieldId[]): FieldValues {
  if (fields.includes('hosts')) return { hosts: text.split(',').join(', ') }
  const found = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text)
  return { host: decode((found?.[1] ?? text).replace(/^\[(.*)\]$/, '$1')), port: found?.[2] ?? '' }
}

function query(fields: readonly FieldId[], values: FieldValues, rest: string): string {
  const parameters = new URLSearchParams()
  for (const id of fields) {
    const [name, value] = [queryName(id), (values[id] ?? '').trim()]
    if (name !== null && value !== '') parameters.set(name, value)
  }
  for (const [name, value] of new URLSearchParams(rest)) parameters.append(name, value)
  // Paths, patterns and dots are read more easily as they are.
  const text = parameters.toString().replaceAll('%2F', '/').replaceAll('%3A', ':')
  return text === '' ? '' : `?${text}`
}

const queryName = (id: FieldId): string | null => {
  const { at } = CONNECTION_FIELDS[id]
  return typeof at === 'object' && 'query' in at ? at.query : null
}

const secretName = (id: FieldId): string | null => {
  const { at } = CONNECTION_FIELDS[id]
  return typeof at === 'object' && 'secret' in at ? at.secret : null
}

const isSegment = (id: FieldId): boolean => CONNECTION_FIELDS[id].at === 'segment'

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : encodeURIComponent(host))

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
