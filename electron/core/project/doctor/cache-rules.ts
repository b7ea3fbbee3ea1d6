import type { DoctorFinding, ProjectValue } from '../../../../shared/model/project.ts'
import { whyUnknown } from '../../../../shared/model/project.ts'
import { itemOf } from '../store-urls/store-url.ts'
import type { DoctorContext, Rule } from './context.ts'
import { engineOf, finding, valueOf } from './context.ts'

/** BaseCache's own limit (django/core/cache/backends/base.py). */
const DEFAULT_MAX_ENTRIES = 300
const ENOUGH_ENTRIES = 10_000

function cachesOf(context: DoctorContext): Readonly<Record<string, ProjectValue>> | null {
  const caches = valueOf(context, 'CACHES')
  return caches === null || typeof caches !== 'object' || Array.isArray(caches) || whyUnknown(caches) !== null ? null : (caches as Readonly<Record<string, ProjectValue>>)
}

const configured: Rule = (context) => {
  const caches = cachesOf(context)
  if (caches === null) return []
  const found: DoctorFinding[] = Object.hasOwn(caches, 'default') ? [] : [finding('caches.E001', 'error', ['CACHES'])]
  const served = [valueOf(context, 'MEDIA_ROOT'), valueOf(context, 'STATIC_ROOT')].filter((path): path is string => typeof path === 'string' && path !== '')
  for (const [alias, config] of Object.entries(caches)) {
    const [backend, location] = [itemOf(config, 'BACKEND'), itemOf(config, 'LOCATION')]
    if (typeof backend !== 'string' || !backend.endsWith('FileBasedCache') || typeof location !== 'string') continue
    if (!location.startsWith('/') && !/^[A-Za-z]:[\\/]/.test(location)) found.push(finding('caches.W003', 'warning', ['CACHES'], { alias }))
    if (served.some((root) => location === root || location.startsWith(`${root}/`) || root.startsWith(`${location}/`))) found.push(finding('caches.W002', 'warning', ['CACHES'], { alias }))
  }
  return found
}

/** The cache that sessions are in, where the engine uses one. */
const used: Rule = (context) => {
  const engine = engineOf(context)
  const [caches, alias] = [cachesOf(context), valueOf(context, 'SESSION_CACHE_ALIAS')]
  if ((engine !== 'cache' && engine !== 'cached_db') || caches === null || typeof alias !== 'string') return []
  if (!Object.hasOwn(caches, alias)) return [finding('coatcheck.cache-missing', 'error', ['SESSION_CACHE_ALIAS', 'CACHES'], { alias })]
  const config = caches[alias]
  const backend = itemOf(config, 'BACKEND')
  if (typeof backend !== 'string') return []
  const isOnly = engine === 'cache'
  if (backend.endsWith('.DummyCache')) return isOnly ? [finding('coatcheck.cache-dummy', 'error', ['CACHES', 'SESSION_ENGINE'])] : []
  const found: DoctorFinding[] = []
  if (backend.endsWith('.LocMemCache')) found.push(finding('coatcheck.cache-locmem', isOnly ? 'warning' : 'info', ['CACHES', 'SESSION_ENGINE']))
  const limit = /\.(?:LocMemCache|FileBasedCache|DatabaseCache)$/.test(backend) ? maxEntries(config) : null
  if (limit !== null && limit < ENOUGH_ENTRIES && isOnly) found.push(finding('coatcheck.cache-culled', 'warning', ['CACHES'], { alias, limit }))
  if (alias === 'default' && isOnly) found.push(finding('coatcheck.cache-shared', 'info', ['SESSION_CACHE_ALIAS', 'CACHES'], { alias }))
  return found
}

/** MAX_ENTRIES as Django finds it: in the cache's own entry, or in its OPTIONS. null: not known. */
function maxEntries(config: ProjectValue | undefined): number | null {
  const options = itemOf(config, 'OPTIONS')
  const value = itemOf(config, 'MAX_ENTRIES') ?? itemOf(options, 'MAX_ENTRIES')
  if (value === undefined) return whyUnknown(options) === null ? DEFAULT_MAX_ENTRIES : null
  return typeof value === 'number' ? value : null
}

export const cacheRules: readonly Rule[] = [configured, used]
