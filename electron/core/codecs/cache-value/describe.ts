import type { PhysicalFact } from '../../../../shared/model/session.ts'
import type { CacheFacts } from './decode.ts'
import type { CacheForm } from './form.ts'

/** `pickle protocol 5, zlib`: what a value is made of, from the inside out, in the names of the software that made it. */
export function describeForm(form: CacheForm, { compressor }: CacheFacts): string {
  const parts = [serializerName(form)]
  if (form.herd !== null) parts.push('HerdClient')
  if (compressor !== 'none') parts.push(compressor)
  if (form.container === 'database-cache') parts.push('base64')
  return parts.join(', ')
}

/** What the bytes tell beside the data: name and value, in the words of the software that made them. */
export function physicalFacts(form: CacheForm, facts: CacheFacts): readonly PhysicalFact[] {
  const { storedBytes, packedBytes, dataBytes } = facts
  const found: PhysicalFact[] = [{ name: 'form', value: describeForm(form, facts) }, { name: 'bytes', value: String(storedBytes) }]
  if (facts.compressor !== 'none' && packedBytes !== null && dataBytes !== null) {
    found.push({ name: 'unpacked bytes', value: `${dataBytes} (${(dataBytes / packedBytes).toFixed(1)} : 1)` })
  }
  if (form.flags !== null) found.push({ name: 'flags', value: String(form.flags) })
  if (form.fileExpiry !== null) found.push({ name: 'expiry', value: form.fileExpiry.at ?? 'None' })
  if (form.herd !== null) found.push({ name: 'herd expiry', value: form.herd.until })
  return found
}

function serializerName({ serializer, pickle, json }: CacheForm): string {
  if (pickle !== null) return `pickle protocol ${pickle.protocol}`
  return json !== null ? 'JSON' : serializer === 'msgpack' ? 'MessagePack' : serializer
}
