import { basename } from 'node:path'
import type { SourceTarget } from '../../../shared/model/source.ts'

/** A place that is not open, for people: its file or folder, or the host of its URL. */
export function placeName(target: SourceTarget): string {
  switch (target.kind) {
    case 'demo':
    case 'pasted':
      return target.kind
    case 'url':
      return hostOf(target.url)
    case 'pair':
      return hostOf(target.row)
    default:
      return basename(target.path)
  }
}

function hostOf(url: string): string {
  if (!URL.canParse(url)) return basename(url)
  const { host, pathname, protocol } = new URL(url)
  return host === '' ? basename(pathname) || protocol.slice(0, -1) : host
}
