import { isDataType, isHarmlessValue, judgeGlobal } from './globals.ts'
import { DAY_MICROS, isNotable } from '../../../../shared/values/zoned-text.ts'
import { formatComplex, formatDuration, formatUuid, isDecimal } from '../../../../shared/values/scalar-text.ts'
import { readDateBytes, readDatetimeBytes, readTimeBytes } from './date-bytes.ts'
import { globalName, isHashable, makeFixed } from './values.ts'
import type { GlobalValue, Leaf, ObjectValue, Value, Verdict } from './values.ts'

/** What a call of a known shape makes: a plain value, a scalar with a text, or an object that stays opaque. */
export type Made = { readonly value: Value } | { readonly leaf: Leaf } | { readonly verdict: 'class' }

type Args = readonly Value[]
type Shape = (args: Args) => Made | null

/** No shape has more. */
const MOST_ARGS = 1000
const OPAQUE: Made = { verdict: 'class' }

/** Judges `callee(*args)` by its shape, not by names alone. null: nothing is known of it, so loading would run a stranger. */
export function judgeReduce(callee: Value, args: Args, mayHoldCode: (args: Args) => boolean): Made | null {
  if (args.length > MOST_ARGS) return null
  if (callee.type === 'object') return callee.leaf?.kind === 'zone-maker' ? unpickleZone(args) : null
  if (callee.type !== 'global') return null
  const name = globalName(callee)
  if (name === 'copyreg._reconstructor') return reconstruct(args, mayHoldCode)
  if (name === 'copyreg.__newobj__') return judgeNew(args[0] ?? callee, args.length - 1, () => mayHoldCode(args.slice(1)))
  return Object.hasOwn(SHAPES, name) ? (SHAPES[name]?.(args) ?? null) : null
}

/** Judges `class.__new__(class, *args)`: classes of the application and UUID, never with functions or classes among the arguments. */
export function judgeNew(callee: Value, argCount: number, mayHoldCode: () => boolean): Made | null {
  if (callee.type !== 'global') return null
  if (globalName(callee) === 'uuid.UUID') return argCount === 0 ? OPAQUE : null
  return judgeGlobal(callee) === 'class' && !mayHoldCode() ? OPAQUE : null
}

/** The class of an object that was made by one of its forms of construction. */
export function classOf({ make, callee, args }: ObjectValue): GlobalValue | null {
  const isIndirect = make === 'reduce' && callee.type === 'global' && callee.module === 'copyreg'
  const named = isIndirect ? args[0] : callee
  return named?.type === 'global' ? named : null
}

/** `__setstate__`, or the attributes themselves. Names that would change what the object is are none of its attributes. */
export function judgeBuild(object: ObjectValue, state: Value): Verdict {
  if (object.verdict !== 'class' || object.steps.some(({ op }) => op === 'build') || isBrokenUuid(object, state)) return 'call'
  return attributeDicts(state).some((dict) => dict.keys.some((key) => key.type === 'str' && FORBIDDEN_ATTRIBUTES.has(key.value))) ? 'call' : 'class'
}

/** `UUID.__setstate__` raises without its number. */
function isBrokenUuid(object: ObjectValue, state: Value): boolean {
  const cls = classOf(object)
  return cls !== null && globalName(cls) === 'uuid.UUID' && !(state.type === 'dict' && state.keys.some((key) => key.type === 'str' && key.value === 'int'))
}

/** `uuid.UUID` with nothing but its number; null: it is something else. */
export function uuidOf(object: ObjectValue, state: Value): Leaf | null {
  const cls = classOf(object)
  if (cls === null || globalName(cls) !== 'uuid.UUID' || object.steps.length > 0 || state.type !== 'dict' || state.keys.length !== 1) return null
  const [key] = state.keys
  const [number] = state.values
  if (key?.type !== 'str' || key.value !== 'int' || number?.type !== 'int' || number.digits.length > UUID_DIGITS) return null
  const text = formatUuid(BigInt(number.digits))
  return text === null ? null : { kind: 'uuid', text }
}

/** 2^128 has 39 digits. */
const UUID_DIGITS = 39
const FORBIDDEN_ATTRIBUTES: ReadonlySet<string> = new Set(['__class__', '__setstate__', '__reduce__', '__reduce_ex__'])
const TRANSLATIONS = /^django\.utils\.translation\.(?:u?n?p?gettext|np?gettext|gettext_noop|ugettext|ungettext)(?:_lazy)?$/

const SHAPES: Readonly<Record<string, Shape>> = {
  '_codecs.encode': (args) => latin1(args),
  'builtins.bytes': (args) => (args.length === 0 ? { value: { type: 'bytes', data: new Uint8Array() } } : null),
  'builtins.bytearray': makeByteArray,
  'builtins.set': ([list, ...more]) => (list?.type === 'list' && more.length === 0 && list.items.every(isHashable) ? { value: { type: 'set', items: [...list.items] } } : null),
  'builtins.frozenset': ([list, ...more]) => (list?.type === 'list' && more.length === 0 && list.items.every(isHashable) ? { value: makeFixed('frozenset', [...list.items]) } : null),
  'builtins.complex': ([real, imaginary, ...more]) =>
    real?.type === 'float' && imaginary?.type === 'float' && more.length === 0 ? { leaf: { kind: 'complex', text: formatComplex(real.value, imaginary.value) } } : null,
  'builtins.range': (args) => (args.length === 3 && args.every(isInt) ? OPAQUE : null),
  'builtins.slice': (args) => (args.length === 3 && args.every((arg) => isInt(arg) || arg.type === 'none') ? OPAQUE : null),
  'builtins.getattr': ([cls, name, ...more]) =>
    cls?.type === 'global' && globalName(cls) === 'zoneinfo.ZoneInfo' && name?.type === 'str' && name.value === '_unpickle' && more.length === 0 ? { leaf: { kind: 'zone-maker' } } : null,
  'datetime.datetime': (args) => readDatetimeBytes(args),
  'datetime.date': (args) => readDateBytes(args),
  'datetime.time': (args) => readTimeBytes(args),
  'datetime.timedelta': makeTimedelta,
  'datetime.timezone': makeTimezone,
  'pytz._UTC': (args) => (args.length === 0 ? { leaf: { kind: 'zone', zone: { kind: 'pytz', key: 'UTC', period: null } } } : null),
  'pytz._p': makePytz,
  'decimal.Decimal': ([text, ...more]) => (text?.type === 'str' && more.length === 0 && isDecimal(text.value) ? { leaf: { kind: 'decimal', text: text.value } } : null),
  'fractions.Fraction': (args) => (args.every((arg) => isInt(arg) || (arg.type === 'str' && /^-?[0-9]{1,4300}(?:\/[0-9]{1,4300})?$/.test(arg.value))) ? OPAQUE : null),
  'ipaddress.IPv4Address': ([number, ...more]) => (number !== undefined && isInt(number) && more.length === 0 ? OPAQUE : null),
  'ipaddress.IPv6Address': (args) => (args.length > 0 && args.every((arg) => isInt(arg) || arg.type === 'str') ? OPAQUE : null),
  'collections.OrderedDict': (args) => (args.length === 0 ? OPAQUE : null),
  'collections.Counter': ([counts, ...more]) => (counts?.type === 'dict' && more.length === 0 ? OPAQUE : null),
  'collections.defaultdict': ([factory, ...more]) => (more.length === 0 && (factory === undefined || factory.type === 'none' || isType(factory)) ? OPAQUE : null),
  'collections.deque': ([items, size, ...more]) => (more.length === 0 && (items === undefined || isEmptyTuple(items)) && (size === undefined || isInt(size)) ? OPAQUE : null),
  'django.db.models.base.model_unpickle': ([model, ...more]) => (model !== undefined && isModelName(model) && more.length === 0 ? OPAQUE : null),
  'django.utils.functional._lazy_proxy_unpickle': ([translate, args, kwargs, ...classes]) =>
    isTranslation(translate) && args?.type === 'tuple' && args.items.every(isPlain) && kwargs?.type === 'dict' && kwargs.values.every(isPlain) && classes.every(isType) ? OPAQUE : null,
  'django.utils.translation._lazy_number_unpickle': ([translate, cls, number, kwargs, ...more]) =>
    isTranslation(translate) && cls !== undefined && isType(cls) && number !== undefined && isPlain(number) && kwargs?.type === 'dict' && kwargs.values.every(isPlain) && more.length === 0 ? OPAQUE : null,
}

const BASES: ReadonlySet<string> = new Set(['object', 'str', 'int', 'float', 'dict', 'list', 'tuple', 'bytes', 'bytearray', 'set', 'frozenset', 'complex'].map((name) => `builtins.${name}`))

/** How protocols 0 and 1 make objects: `copyreg._reconstructor(class, base, state of the base)`. */
function reconstruct([cls, base, state, ...more]: Args, mayHoldCode: (args: Args) => boolean): Made | null {
  if (cls?.type !== 'global' || base?.type !== 'global' || state === undefined || more.length > 0 || !BASES.has(globalName(base))) return null
  return judgeNew(cls, state.type === 'none' ? 0 : 1, () => mayHoldCode([state]))
}

function latin1([text, codec, ...more]: Args): Made | null {
  if (text?.type !== 'str' || codec?.type !== 'str' || !/^latin-?1$/.test(codec.value) || more.length > 0 || /[^\u0000-\u00ff]/.test(text.value)) return null
  return { value: { type: 'bytes', data: Buffer.from(text.value, 'latin1') } }
}

function makeByteArray(args: Args): Made | null {
  const [bytes] = args
  if (args.length === 0) return { value: { type: 'bytearray', data: new Uint8Array() } }
  if (args.length === 1 && bytes?.type === 'bytes') return { value: { type: 'bytearray', data: bytes.data } }
  const made = latin1(args)
  return made !== null && 'value' in made && made.value.type === 'bytes' ? { value: { type: 'bytearray', data: made.value.data } } : null
}

function makeTimedelta(args: Args): Made | null {
  const [days = null, seconds = null, micros = null] = args.map(smallInt)
  if (args.length !== 3 || days === null || seconds === null || micros === null) return null
  if (Math.abs(days) > 999_999_999 || seconds < 0 || seconds >= 86_400 || micros < 0 || micros >= 1_000_000) return null
  return { leaf: { kind: 'timedelta', text: formatDuration({ days, seconds, micros }) } }
}

function makeTimezone([delta, name, ...more]: Args): Made | null {
  if (delta?.type !== 'object' || delta.leaf?.kind !== 'timedelta' || more.length > 0 || (name !== undefined && name.type !== 'str')) return null
  const [days = 0, seconds = 0, micros = 0] = delta.args.map(smallInt).map((part) => part ?? 0)
  const offset = (days * 86_400 + seconds) * 1_000_000 + micros
  // Python raises: strictly less than a day.
  if (Math.abs(offset) >= DAY_MICROS) return null
  const zone = { kind: 'fixed', micros: offset, name: name?.value ?? null } as const
  return isNotable(zone) ? { leaf: { kind: 'zone', zone } } : OPAQUE
}

function makePytz(args: Args): Made | null {
  const [key, utcoffset, dst, abbreviation] = args
  if (key?.type !== 'str') return null
  if (args.length === 1) return { leaf: { kind: 'zone', zone: { kind: 'pytz', key: key.value, period: null } } }
  const [offset = null, saving = null] = [utcoffset, dst].map((value) => (value === undefined ? null : smallInt(value)))
  if (args.length !== 4 || offset === null || saving === null || abbreviation?.type !== 'str') return null
  return { leaf: { kind: 'zone', zone: { kind: 'pytz', key: key.value, period: { utcoffset: offset, dst: saving, abbreviation: abbreviation.value } } } }
}

/** A zone from the cache of zones (1) is one that has a notation; the others stay objects. */
function unpickleZone([key, fromCache, ...more]: Args): Made | null {
  if (key?.type !== 'str' || fromCache === undefined || more.length > 0) return null
  const flag = fromCache.type === 'bool' ? Number(fromCache.value) : smallInt(fromCache)
  if (flag !== 0 && flag !== 1) return null
  return flag === 1 ? { leaf: { kind: 'zone', zone: { kind: 'zoneinfo', key: key.value } } } : OPAQUE
}

/** `(app_label, model)`, or the model class itself. */
function isModelName(value: Value): boolean {
  if (value.type === 'global') return judgeGlobal(value) === 'class'
  return value.type === 'tuple' && value.items.length === 2 && value.items.every(({ type }) => type === 'str')
}

function isTranslation(value: Value | undefined): boolean {
  return value?.type === 'global' && TRANSLATIONS.test(globalName(value))
}

function attributeDicts(state: Value): readonly Extract<Value, { type: 'dict' }>[] {
  const parts = state.type === 'tuple' ? state.items : [state]
  return parts.filter((part) => part.type === 'dict')
}

function isType(value: Value): boolean {
  return value.type === 'global' && (isDataType(value) || isHarmlessValue(value))
}

function isPlain(value: Value): boolean {
  return ['none', 'bool', 'int', 'float', 'str'].includes(value.type) || (value.type === 'object' && value.verdict !== 'call')
}

function isInt(value: Value): boolean {
  return value.type === 'int'
}

function isEmptyTuple(value: Value): boolean {
  return value.type === 'tuple' && value.items.length === 0
}

function smallInt(value: Value): number | null {
  return value.type === 'int' && value.digits.length < 16 ? Number(value.digits) : null
}
