import type { GlobalValue, ObjectValue, Value } from '../pickle/values.ts'
import type { HerdForm } from './form.ts'

/** `(Marker(), value, expiry)`, in which django-redis' HerdClient wraps what it stores (django_redis/client/herd.py). */

const MARKER: GlobalValue = { type: 'global', module: 'django_redis.client.herd', name: 'Marker' }
const MARKER_NAME = `${MARKER.module}.${MARKER.name}`

/** null: it is not wrapped. */
export function unwrapHerd(root: Value): { readonly value: Value; readonly herd: HerdForm } | null {
  if (root.type !== 'tuple' || root.items.length !== 3) return null
  const [marker, value, until] = root.items
  if (marker?.type !== 'object' || marker.name !== MARKER_NAME || marker.verdict === 'call') return null
  return value === undefined || until?.type !== 'int' ? null : { value, herd: { until: until.digits } }
}

export function wrapHerd(value: Value, { until }: HerdForm): Value {
  const marker: ObjectValue = { type: 'object', make: 'new', callee: MARKER, args: [], kwargs: null, name: MARKER_NAME, steps: [], verdict: 'class', leaf: null, shown: null }
  return { type: 'tuple', items: [marker, value, { type: 'int', digits: until }], hashable: false }
}
