import type { ComposeService, ProjectStore, ProjectValue } from '../../../../shared/model/project.ts'
import { whyUnknown } from '../../../../shared/model/project.ts'
import type { project as words } from '../../../../shared/words/en/project.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { verbatim } from '../../../../shared/words/reason.ts'
import type { Secrets } from '../reading/redact.ts'

export interface StoreUrl {
  readonly url: string | null
  readonly secret: string | null
  readonly status: ProjectStore['status']
  readonly detail: Reason | null
}

export function isKnownText(value: ProjectValue | undefined): value is string {
  return typeof value === 'string'
}

/** `why` as text: what the reading of the settings says of the value. */
export function unknownPlace(why: Reason | string): StoreUrl {
  return { url: null, secret: null, status: 'unknown', detail: typeof why === 'string' ? verbatim(why) : why }
}

export function said(id: keyof typeof words.stores, params: Reason['params'] = {}): Reason {
  return { id: `project.stores.${id}`, params }
}

/** Item of a dict as far as it is known. undefined: not there. */
export function itemOf(value: ProjectValue | undefined, key: string): ProjectValue | undefined {
  if (value === undefined || value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, ProjectValue>>)[key] : undefined
}

/** The first reason for which one of these is not known. */
export function firstUnknown(...values: readonly (ProjectValue | undefined)[]): string | null {
  for (const value of values) {
    const why = whyUnknown(value)
    if (why !== null) return why
  }
  return null
}

/** `scheme:///absolute/path`, every name encoded. */
export function fileUrl(scheme: string, path: string): string {
  return `${scheme}://${path.split('/').map((part) => encodeURIComponent(part)).join('/')}`
}

/** A service of docker-compose is reached from here by its published port. null: the host is no service of it. */
export function publishedPlace(host: string, port: number, compose: readonly ComposeService[]): { readonly host: string; readonly port: number } | null {
  const published = compose.filter((service) => service.name === host).flatMap((service) => service.ports).find((item) => item.target === port)
  return published === undefined ? null : { host: published.host, port: published.published }
}

/** The password that a store's `secret` names: the value itself, or the one in the URL that it is. null: there is none. */
export function passwordOf(secrets: Secrets, name: string): string | null {
  const value = secrets.get(name)
  if (value === null) return null
  const inUrl = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]*?:([^/?#]*)@/i.exec(value)?.[1]
  if (inUrl === undefined) return value
  try {
    return decodeURIComponent(inUrl)
  } catch {
    return inUrl
  }
}
