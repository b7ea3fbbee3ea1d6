import { computed, reactive, ref, shallowRef } from 'vue'
import { PAIR_ROWS } from '../../../shared/connection-kinds.ts'
import type { SavedConnection } from '../../../shared/model/connection.ts'
import type { ConnectionColor, Environment } from '../../../shared/model/environment.ts'
import { guessEnvironment } from '../../../shared/model/environment.ts'
import type { PlaceSecrets, SourceTarget } from '../../../shared/model/source.ts'
import { useStoreEntry } from './use-store-entry.ts'

export type ConnectionForm = ReturnType<typeof useConnectionForm>

/** What is entered in the connection dialog: a store, for cached_db the cache in front of it, and what people say of them. */
export function useConnectionForm() {
  const store = useStoreEntry('postgresql')
  const cache = useStoreEntry('redis')
  const wantsCache = ref(false)
  const about = reactive({ name: '', group: '', color: 'none' as ConnectionColor })
  const chosenEnvironment = shallowRef<Environment | null>(null)
  const keep = ref(true)

  /** Only rows of a database can have a cache in front of them. */
  const canPair = computed(() => PAIR_ROWS.includes(store.variant.value.kind))
  const isPair = computed(() => wantsCache.value && canPair.value)
  const entries = computed(() => (isPair.value ? [store, cache] : [store]))
  const isLocal = computed(() => entries.value.every((entry) => entry.isLocal.value))
  const guess = computed(() => guessEnvironment({ isLocal: isLocal.value, text: entries.value.map(({ url, tunnels, ssh }) => `${url.value} ${tunnels.value ? ssh.host : ''}`).join(' ') }))
  const environment = computed(() => chosenEnvironment.value ?? guess.value.environment)
  const usualName = store.usualName
  const name = computed(() => (about.name.trim() === '' ? (usualName.value === '' ? store.variant.value.scheme : usualName.value) : about.name.trim()))
  const target = computed<SourceTarget>(() => {
    const ssh = store.route.value === null ? {} : { ssh: store.route.value }
    if (!isPair.value) return { kind: 'url', url: store.written.value, ...ssh }
    return { kind: 'pair', row: store.written.value, cache: cache.written.value, ...ssh, ...(cache.route.value === null ? {} : { cacheSsh: cache.route.value }) }
  })
  /** Those that were entered. */
  const secrets = computed<PlaceSecrets>(() => {
    const sentinels = entries.value.map((entry) => entry.secret('sentinelPassword')).join('')
    const all = {
      password: store.secret('password'), sentinelPassword: sentinels, sshSecret: store.tunnels.value ? store.ssh.secret : '',
      cachePassword: isPair.value ? cache.secret('password') : '', cacheSshSecret: isPair.value && cache.tunnels.value ? cache.ssh.secret : '',
    }
    return Object.fromEntries(Object.entries(all).filter(([, secret]) => secret !== ''))
  })

  const setCache = (on: boolean): void => { wantsCache.value = on }
  const setAbout = (entered: Partial<typeof about>): void => void Object.assign(about, entered)
  const setEnvironment = (to: Environment): void => { chosenEnvironment.value = to }
  const setKeep = (to: boolean): void => { keep.value = to }

  function reset(): void {
    store.reset()
    cache.reset()
    wantsCache.value = false
    Object.assign(about, { name: '', group: '', color: 'none' })
    chosenEnvironment.value = null
    keep.value = true
  }

  function fill({ target: from, ...of }: Pick<SavedConnection, 'name' | 'group' | 'color' | 'environment' | 'target'>): void {
    reset()
    if (from.kind === 'url') store.fill(from.url, from.ssh)
    if (from.kind === 'sqlite') store.fill(`sqlite://${encodeURI(from.path)}${from.table === 'django_session' ? '' : `?table=${encodeURIComponent(from.table)}`}`, undefined)
    if (from.kind === 'pair') {
      store.fill(from.row, from.ssh)
      cache.fill(from.cache, from.cacheSsh)
      wantsCache.value = true
    }
    Object.assign(about, { name: of.name, group: of.group, color: of.color })
    chosenEnvironment.value = of.environment
  }

  return { store, cache, canPair, isPair, entries, about, keep, chosenEnvironment, isLocal, guess, environment, usualName, name, target, secrets, setCache, setAbout, setEnvironment, setKeep, reset, fill }
}
