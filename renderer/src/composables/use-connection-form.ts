import { computed, reactive, ref, shallowRef } from 'vue'
import type { ConnectionVariant, FieldId, VariantId } from '../../../shared/connection-kinds.ts'
import { CONNECTION_FIELDS, CONNECTION_VARIANTS, canTunnel, variantOf } from '../../../shared/connection-kinds.ts'
import type { ConnectionKindId } from '../../../shared/connection-kinds.ts'
import { readConnectionUrl, writeConnectionUrl } from '../../../shared/connection-url.ts'
import type { SavedConnection } from '../../../shared/model/connection.ts'
import type { ConnectionColor, Environment } from '../../../shared/model/environment.ts'
import { guessEnvironment } from '../../../shared/model/environment.ts'
import type { SourceTarget, SshRoute } from '../../../shared/model/source.ts'

export interface SshEntry {
  use: boolean
  host: string
  port: string
  user: string
  keyFile: string
  auth: SshRoute['auth']
  secret: string
}

export type ConnectionForm = ReturnType<typeof useConnectionForm>

const NO_SSH: SshEntry = { use: false, host: '', port: '', user: '', keyFile: '', auth: 'key', secret: '' }
const LOOPBACK = /^(?:localhost|::1|127\.\d+\.\d+\.\d+|)$/

/** What is entered in the connection dialog: fields and URL, each filled by the other. */
export function useConnectionForm() {
  const variantId = ref<VariantId>('postgresql')
  const values = reactive<Partial<Record<FieldId, string>>>({})
  const rest = ref('')
  const typedUrl = shallowRef<string | null>(null)
  const ssh = reactive<SshEntry>({ ...NO_SSH })
  const about = reactive({ name: '', group: '', color: 'none' as ConnectionColor })
  const chosenEnvironment = shallowRef<Environment | null>(null)
  const keep = ref(true)

  const variant = computed(() => variantOf(variantId.value))
  const tunnels = computed(() => ssh.use && canTunnel(variant.value))
  /** As it is typed while it is typed; else as the fields have it. */
  const url = computed(() => typedUrl.value ?? writeConnectionUrl(variant.value, values, rest.value))
  const isUrlKnown = computed(() => readConnectionUrl(url.value) !== null)
  const missing = computed<readonly FieldId[]>(() => variant.value.fields.filter((id) => CONNECTION_FIELDS[id].needed === true && (values[id] ?? '').trim() === ''))
  const isLocal = computed(() => !tunnels.value && isNear(variant.value, values))
  const guess = computed(() => guessEnvironment({ isLocal: isLocal.value, text: `${url.value} ${tunnels.value ? ssh.host : ''}` }))
  const environment = computed(() => chosenEnvironment.value ?? guess.value.environment)
  const usualName = computed(() => (values.database ?? values.path?.split('/').at(-1) ?? values.host ?? '').trim())
  const name = computed(() => (about.name.trim() === '' ? (usualName.value === '' ? variant.value.scheme : usualName.value) : about.name.trim()))
  const target = computed<SourceTarget>(() => {
    const plain = { kind: 'url' as const, url: writeConnectionUrl(variant.value, values, rest.value) }
    return tunnels.value ? { ...plain, ssh: toRoute(ssh) } : plain
  })

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
    const first = CONNECTION_VARIANTS.find((one) => one.kind === kind)
    if (first !== undefined && variant.value.kind !== kind) chooseVariant(first.id)
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

  const setSsh = (entered: Partial<SshEntry>): void => void Object.assign(ssh, entered)
  const setAbout = (entered: Partial<typeof about>): void => void Object.assign(about, entered)
  const setEnvironment = (to: Environment): void => { chosenEnvironment.value = to }
  const setKeep = (to: boolean): void => { keep.value = to }

  function clear(): void {
    for (const id of Object.keys(values) as FieldId[]) values[id] = ''
  }

  function reset(): void {
    clear()
    rest.value = ''
    typedUrl.value = null
    variantId.value = 'postgresql'
    Object.assign(ssh, NO_SSH)
    Object.assign(about, { name: '', group: '', color: 'none' })
    chosenEnvironment.value = null
    keep.value = true
  }

  function fill({ target: from, ...of }: Pick<SavedConnection, 'name' | 'group' | 'color' | 'environment' | 'target'>): void {
    reset()
    if (from.kind === 'url') take(from.url)
    if (from.kind === 'sqlite') take(`sqlite://${encodeURI(from.path)}${from.table === 'django_session' ? '' : `?table=${encodeURIComponent(from.table)}`}`)
    typedUrl.value = null
    if (from.kind === 'url' && from.ssh !== undefined) {
      const { host, port, user, keyFile, auth } = from.ssh
      Object.assign(ssh, { use: true, host, port: port === null ? '' : String(port), user: user ?? '', keyFile: keyFile ?? '', auth, secret: '' })
    }
    Object.assign(about, { name: of.name, group: of.group, color: of.color })
    chosenEnvironment.value = of.environment
  }

  return { variantId, variant, values, ssh, about, keep, chosenEnvironment, tunnels, url, isUrlKnown, missing, isLocal, guess, environment, usualName, name, target, take, setField, setSsh, setAbout, setEnvironment, setKeep, chooseKind, chooseVariant, reset, fill }
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
