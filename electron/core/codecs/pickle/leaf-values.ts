import { readComplex, readDuration, readUuid } from '../../../../shared/values/scalar-text.ts'
import type { Timedelta } from '../../../../shared/values/scalar-text.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { DAY_MICROS, readDate, readDatetime, readTime } from '../../../../shared/values/zoned-text.ts'
import type { Zone } from '../../../../shared/values/zoned-text.ts'
import { dateBytes, datetimeBytes, timeBytes } from './date-bytes.ts'
import type { ObjectValue, Value } from './values.ts'
import { zoneOffset } from './zone-offset.ts'

export type TextNode = Extract<DataNode, { readonly text: string }>

/** Makes the values behind texts; equal zones become one value, as Python has them. */
export class LeafMaker {
  readonly #protocol: number
  readonly #zones = new Map<string, Value>()

  constructor(protocol: number) {
    this.#protocol = protocol
  }

  /** null: Python has no such value. */
  make({ kind, text }: TextNode): Value | null {
    switch (kind) {
      case 'datetime':
        return this.#datetime(text)
      case 'date': {
        const date = readDate(text)
        return date && call('datetime', 'date', [bytes(dateBytes(date))])
      }
      case 'time': {
        const time = readTime(text)
        return time && call('datetime', 'time', [bytes(timeBytes(time, time.fold)), ...this.#zone(time.zone)])
      }
      case 'timedelta': {
        const delta = readDuration(text)
        return delta && timedelta(delta)
      }
      case 'decimal':
        return { ...call('decimal', 'Decimal', [str(text)]), leaf: { kind, text } }
      case 'uuid': {
        const number = readUuid(text)
        return number === null ? null : uuid(number, this.#protocol)
      }
      case 'complex': {
        const parts = readComplex(text)
        return parts && call('builtins', 'complex', [{ type: 'float', value: parts.real }, { type: 'float', value: parts.imaginary }])
      }
    }
  }

  /** An offset beside the name of a zone has to be the one of that zone. */
  #datetime(text: string): Value | null {
    const parts = readDatetime(text)
    if (parts === null) return null
    const actual = parts.zone?.kind === 'zoneinfo' ? zoneOffset(parts, parts.zone.key) : null
    if (actual !== null && parts.offset !== null && parts.offset !== actual) return null
    return call('datetime', 'datetime', [bytes(datetimeBytes(parts)), ...this.#zone(parts.zone)])
  }

  #zone(zone: Zone | null): readonly Value[] {
    if (zone === null) return []
    const id = JSON.stringify(zone)
    const known = this.#zones.get(id)
    const made = known ?? makeZone(zone)
    if (known === undefined) this.#zones.set(id, made)
    return [made]
  }
}

function makeZone(zone: Zone): Value {
  switch (zone.kind) {
    case 'fixed': {
      const days = Math.floor(zone.micros / DAY_MICROS)
      const rest = zone.micros - days * DAY_MICROS
      const delta = timedelta({ days, seconds: Math.floor(rest / 1_000_000), micros: rest % 1_000_000 })
      return call('datetime', 'timezone', zone.name === null ? [delta] : [delta, str(zone.name)])
    }
    case 'zoneinfo': {
      const maker = call('builtins', 'getattr', [{ type: 'global', module: 'zoneinfo', name: 'ZoneInfo' }, str('_unpickle')])
      return object('reduce', maker, [str(zone.key), int(1)])
    }
    case 'pytz': {
      const { key, period } = zone
      if (key === 'UTC' && period === null) return call('pytz', '_UTC', [])
      return call('pytz', '_p', period === null ? [str(key)] : [str(key), int(period.utcoffset), int(period.dst), str(period.abbreviation)])
    }
  }
}

function uuid(number: bigint, protocol: number): Value {
  const cls: Value = { type: 'global', module: 'uuid', name: 'UUID' }
  const base: Value = { type: 'global', module: 'builtins', name: 'object' }
  const made = protocol >= 2 ? object('new', cls, []) : call('copyreg', '_reconstructor', [cls, base, { type: 'none' }])
  made.steps.push({ op: 'build', state: { type: 'dict', keys: [str('int')], values: [{ type: 'int', digits: String(number) }] } })
  return made
}

function timedelta({ days, seconds, micros }: Timedelta): Value {
  return call('datetime', 'timedelta', [int(days), int(seconds), int(micros)])
}

function call(module: string, name: string, args: readonly Value[]): ObjectValue {
  return object('reduce', { type: 'global', module, name }, args)
}

function object(make: 'reduce' | 'new', callee: Value, args: readonly Value[]): ObjectValue {
  return { type: 'object', make, callee, args, kwargs: null, name: '', steps: [], verdict: 'data', leaf: null, shown: null }
}

function str(value: string): Value {
  return { type: 'str', value }
}

function int(value: number): Value {
  return { type: 'int', digits: String(value) }
}

function bytes(data: Uint8Array): Value {
  return { type: 'bytes', data }
}
