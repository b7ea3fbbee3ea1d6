import type { DecodeProblem, Sentence } from '../../../../shared/model/session.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import type { cacheValues } from '../../../../shared/words/en/cache-values.ts'
import { isOursOnly } from '../load-data.ts'
import { cacheProblem } from './cache-problem.ts'
import type { CacheContext } from './context.ts'
import type { CacheFacts, DecodedCacheValue } from './decode.ts'
import type { CacheForm, CacheSerializer, CompressorId } from './form.ts'
import { describeForm } from './describe.ts'

export interface Found {
  readonly form: CacheForm
  readonly facts: CacheFacts
  readonly node: DataNode | null
  readonly problem: DecodeProblem | null
}

type Judgement = Pick<DecodedCacheValue, 'djangoSees' | 'verdict' | 'problem'>
type VerdictId = Exclude<keyof typeof cacheValues, 'problems'>

/** Objects of Python's library and Django's own that behave as a dict does. */
const DICT_CLASSES: ReadonlySet<string> = new Set(['collections.OrderedDict', 'collections.defaultdict', 'collections.Counter', 'django.http.request.QueryDict', 'django.utils.datastructures.MultiValueDict'])

/**
 * What sessions get (django/contrib/sessions/backends/cache.py, `load`): whatever the cache raises is a miss, so an empty session;
 * whatever it returns is taken as the data, so anything but a dict ends in an AttributeError.
 */
export function judge(found: Found, context: CacheContext): Judgement {
  const { form, facts, node, problem } = found
  if (problem !== null) return judgeProblem(found, problem, context)
  if (isOver(form, context)) return { djangoSees: 'empty', verdict: say('expired', found), problem: cacheProblem('shape', 'file-over', null, { until: untilText(form) }) }
  const other = findOtherForm(form, facts, context)
  if (other !== null) return isOwnEngine(context) ? { djangoSees: 'error', verdict: say('otherReaderOwn', found), problem: other } : { djangoSees: 'empty', verdict: say('otherReader', found), problem: other }
  if (facts.pickle?.danger === 'dangerous') return { djangoSees: isDict(node) ? 'data' : 'error', verdict: say('dangerous', found), problem: null }
  if (isDict(node)) return { djangoSees: 'data', verdict: say('data', found), problem: null }
  if (node?.kind === 'none' && !isOwnEngine(context)) return { djangoSees: 'empty', verdict: say('miss', found), problem: cacheProblem('not-a-dict', 'none-value') }
  if (form.serializer === 'text' && form.container !== 'memcached') return { djangoSees: 'empty', verdict: say('text', found), problem: cacheProblem('shape', 'text-value') }
  return { djangoSees: 'error', verdict: say('notDict', found), problem: cacheProblem('not-a-dict', 'not-a-dict', null, { kind: kindName(node) }) }
}

function judgeProblem(found: Found, problem: DecodeProblem, context: CacheContext): Judgement {
  const { form } = found
  if (isOursOnly(problem, form.pickle !== null || form.serializer === 'pickle')) return { djangoSees: 'data', verdict: say('overLimit', found), problem }
  if (problem.reason === 'unknown-value' && context.settings === null) return { djangoSees: 'empty', verdict: say('unknown', found), problem }
  return isOwnEngine(context) ? { djangoSees: 'error', verdict: say('ownEngine', found), problem } : { djangoSees: 'empty', verdict: say('miss', found), problem }
}

function isOwnEngine({ settings }: CacheContext): boolean {
  return settings?.reader === 'own-engine'
}

/** A form that this site's cache would have to guess: it does not. null: it reads it. */
function findOtherForm({ container, serializer }: CacheForm, { compressor }: CacheFacts, { settings }: CacheContext): DecodeProblem | null {
  if (serializer === 'int' || container === 'memcached' || container === 'file-cache') return null
  const isDjango = container === 'database-cache' || settings?.reader === 'django'
  const compressors: CompressorId | null = isDjango ? 'none' : (settings?.compressor ?? null)
  if (compressors !== null && compressor !== 'none' && compressor !== compressors) return cacheProblem('compression', 'other-compressor', null, { found: compressor, configured: compressors })
  const serializers: CacheSerializer | null = isDjango ? 'pickle' : (settings?.serializer ?? null)
  return serializers === null || serializers === serializer ? null : cacheProblem('shape', 'other-serializer', null, { found: serializer, configured: serializers })
}

function isDict(node: DataNode | null): boolean {
  return node?.kind === 'dict' || (node?.kind === 'opaque' && node.danger === 'class' && DICT_CLASSES.has(node.name))
}

/** `FileBasedCache._is_expired`: over when it is before now. */
function isOver({ fileExpiry }: CacheForm, { now }: CacheContext): boolean {
  return fileExpiry !== null && fileExpiry.at !== null && Number(fileExpiry.at) * 1000 < now
}

function untilText({ fileExpiry }: CacheForm): string {
  const at = new Date(Number(fileExpiry?.at) * 1000)
  return Number.isNaN(at.getTime()) ? String(fileExpiry?.at) : at.toISOString()
}

function kindName(node: DataNode | null): string {
  return node === null ? 'unreadable' : node.kind === 'opaque' ? node.name : node.kind
}

function say(id: VerdictId, { form, facts }: Found): Sentence {
  return { id: `cacheValues.${id}`, params: { format: describeForm(form, facts) } }
}
