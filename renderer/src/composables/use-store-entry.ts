import { computed, reactive, ref, shallowRef } from 'vue'
import type { ConnectionKindId, ConnectionVariant, FieldId, VariantId } from '../../../shared/connection-kinds.ts'
import { CONNECTION_FIELDS, CONNECTION_VARIANTS, canTunnel, variantOf } from '../../../shared/connection-kinds.ts'
import { readConnectionUrl, writeConnectionUrl } from '../../../shared/connection-url.ts'
import type { SshRoute } from '../../../shared/model/source.ts'

export interface SshEntry {
  use: boolean
  host: string
  port: string
  user: string
  keyFile: string
  auth: SshRoute['auth']
  secret: string
}

/** What is entered for one store: fields and URL, each filled by the other, and the way there. */
export type StoreEntry = ReturnType<typeof useStoreEntry>

const NO_SSH: SshEntry = { use: false, host: '', port: '', user: '', keyFile: '', auth: 'key', secret: '' }
const LOOPBACK = /^(?:localhost|::1|127\.\d+\.\d+\.\d+|)$/

/** @param first the kind that an empty form is of */
export function useStoreEntry(first: VariantId) {
  const variantId = ref<VariantId>(first)
  const values = reactive<Partial<Record<FieldId, string>>>({})
  const rest = ref('')
  const typedUrl = shallowRef<string | null>(null)
  const ssh = reactive<SshEntry>({ ...NO_SSH })

  const variant = computed(() => variantOf(variantId.value))
  const tunnels = computed(() => ssh.use && canTunnel(variant.value))
  const written = computed(() => writeConnectionUrl(variant.value, values, rest.value))
  /** As it is typed while it is typed; else as the fields have it. */
  const url = computed(() => typedUrl.value ?? written.value)
  const isUrlKnown = computed(() => readConnectionUrl(url.value) !== null)
  const missing = computed<readonly FieldId[]>(() => variant.value.fields.filter((id) => CONNECTION_FIELDS[id].needed === true && (values[id] ?? '').trim() === ''))
  const isLocal = computed(() => !tunnels.value && isNear(variant.value, values))
  const usualName = computed(() => (values.database ?? values.path?.split('/').at(-1) ?? values.host ?? '').trim())
  const route = computed<SshRoute | null>(() => (tunnels.value ? toRoute(ssh) : null))

  function take(text: string): void {
    typedUrl.value = text
    const read = readConnectionUrl(text)
    if (read === null) return
    variantId.value = read.variant
    clear()
    Object.assign(values, read.values)
    rest.value = read.rest
    // A password goes into its field and out of sight.
    if ((read.values.password ?? read.values.sentinelPassword) !== undefined) typedUrl.value = null
  }

  function setField(id: FieldId, text: string): void {
    typedUrl.value = null
    values[id] = text
  }

  function chooseKind(kind: ConnectionKindId): void {
    const wanted = CONNECTION_VARIANTS.find((one) => one.kind === kind)
    if (wanted !== undefined && variant.value.kind !== kind) chooseVariant(wanted.id)
  }

  /** What both have stays; a port or parameter of the other kind does not. */
  function chooseVariant(id: VariantId): void {
    typedUrl.value = null
    if (variant.value.kind !== variantOf(id).kind) {
      rest.value = ''
      values.port = ''
    }
    variantId.value = id
  }

  /** A secret of this store, where its form has one; empty: none was entered. */
  function secret(id: 'password' | 'sentinelPassword'): string {
    return variant.value.fields.includes(id) ? (values[id] ?? '') : ''
  }

  function clear(): void {
    for (const id of Object.keys(values) as FieldId[]) values[id] = ''
  }

  function reset(): void {
    clear()
    rest.value = ''
    typedUrl.value = null
    variantId.value = first
    Object.assign(ssh, NO_SSH)
  }

  /** As it is saved, without secrets. */
  function fill(text: string, way: SshRoute | undefined): void {
    reset()
    take(text)
    typedUrl.value = null
    if (way === undefined) return
    const { host, port, user, keyFile, auth } = way
    Object.assign(ssh, { use: true, host, port: port === null ? '' : String(port), user: user ?? '', keyFile: keyFile ?? '', auth, secret: '' })
  }

  const setSsh = (entered: Partial<SshEntry>): void => void Object.assign(ssh, entered)
  return { variantId, variant, values, ssh, tunnels, written, url, isUrlKnown, missing, isLocal, usualName, route, take, setField, setSsh, chooseKind, chooseVariant, secret, reset, fill }
}

function isNear({ fields }: ConnectionVariant, values: Partial<Record<FieldId, string>>): boolean {
  if (fields.includes('path')) return true
  if (fields.includes('hosts')) return (values.hosts ?? '').split(/[\s,]+/).every((one) => LOOPBACK.test(one.replace(/:\d*$/, '')))
  return LOOPBACK.test((values.host ?? '').trim())
}

function toRoute({ host, port, user, keyFile, auth }: SshEntry): SshRoute {
  const given = (text: string): string | null => (text.trim() === '' ? null : text.trim())
  return { host: host.trim(), port: given(port) === null ? null : Number(port), user: given(user), keyFile: auth === 'key' ? given(keyFile) : null, auth }
}
