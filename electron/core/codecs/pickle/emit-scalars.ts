import { floatRepr } from '../../../../shared/values/float-repr.ts'
import type { ByteWriter } from './byte-writer.ts'
import { spellGlobal } from './globals.ts'
import { OP } from './opcodes.ts'
import { encodeRawUnicode, encodeUtf8 } from './text.ts'
import type { GlobalValue } from './values.ts'

/** Plain values as Python's pickler writes them in each protocol. */

export function emitBool(out: ByteWriter, protocol: number, value: boolean): void {
  if (protocol >= 2) out.byte(value ? OP.NEWTRUE : OP.NEWFALSE)
  else out.ascii(value ? 'I01\n' : 'I00\n')
}

export function emitInt(out: ByteWriter, protocol: number, digits: string): void {
  const value = BigInt(digits)
  const isSmall = value >= -0x8000_0000n && value <= 0x7fff_ffffn
  if (protocol === 0) return out.ascii(isSmall ? `I${digits}\n` : `L${digits}L\n`)
  if (isSmall) return emitSmallInt(out, Number(value))
  if (protocol === 1) return out.ascii(`L${digits}L\n`)
  const bytes = littleEndian(value)
  out.byte(bytes.length < 256 ? OP.LONG1 : OP.LONG4)
  if (bytes.length < 256) out.byte(bytes.length)
  else out.int32(bytes.length)
  out.bytes(bytes)
}

function emitSmallInt(out: ByteWriter, value: number): void {
  if (value >= 0 && value < 0x100) {
    out.byte(OP.BININT1)
    out.byte(value)
  } else if (value >= 0 && value < 0x10000) {
    out.byte(OP.BININT2)
    out.uint16(value)
  } else {
    out.byte(OP.BININT)
    out.int32(value)
  }
}

/** Two's complement, no longer than it must be. */
function littleEndian(value: bigint): Buffer {
  const bits = (value < 0n ? -value - 1n : value).toString(2).length + (value === 0n || value === -1n ? 0 : 1)
  const length = Math.ceil(bits / 8)
  const hex = BigInt.asUintN(length * 8, value).toString(16).padStart(length * 2, '0')
  return Buffer.from(hex, 'hex').reverse()
}

export function emitFloat(out: ByteWriter, protocol: number, value: number): void {
  if (protocol === 0) return out.ascii(`F${floatRepr(value)}\n`)
  out.byte(OP.BINFLOAT)
  out.double(value)
}

export function emitStr(out: ByteWriter, protocol: number, text: string): void {
  if (protocol === 0) {
    out.byte(OP.UNICODE)
    out.bytes(encodeRawUnicode(text))
    return out.ascii('\n')
  }
  const bytes = encodeUtf8(text)
  if (protocol >= 4 && bytes.length < 256) {
    out.byte(OP.SHORT_BINUNICODE)
    out.byte(bytes.length)
  } else {
    out.byte(OP.BINUNICODE)
    out.uint32(bytes.length)
  }
  out.bytes(bytes)
}

/** Before protocol 3 there are none: Python asks a codec for them. */
export function emitBytes(out: ByteWriter, protocol: number, data: Uint8Array): void {
  if (protocol < 3) return emitEncodedBytes(out, protocol, data)
  out.byte(data.length < 256 ? OP.SHORT_BINBYTES : OP.BINBYTES)
  if (data.length < 256) out.byte(data.length)
  else out.uint32(data.length)
  out.bytes(data)
}

function emitEncodedBytes(out: ByteWriter, protocol: number, data: Uint8Array): void {
  emitGlobal(out, protocol, data.length === 0 ? { type: 'global', module: 'builtins', name: 'bytes' } : { type: 'global', module: '_codecs', name: 'encode' })
  out.byte(OP.MARK)
  if (data.length > 0) {
    emitStr(out, protocol, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1'))
    emitStr(out, protocol, 'latin1')
  }
  out.byte(OP.TUPLE)
  out.byte(OP.REDUCE)
}

export function emitByteArray(out: ByteWriter, protocol: number, data: Uint8Array): void {
  if (protocol >= 5) {
    out.byte(OP.BYTEARRAY8)
    out.uint64(data.length)
    return out.bytes(data)
  }
  emitGlobal(out, protocol, { type: 'global', module: 'builtins', name: 'bytearray' })
  out.byte(OP.MARK)
  emitBytes(out, protocol, data)
  out.byte(OP.TUPLE)
  out.byte(OP.REDUCE)
}

export function emitGlobal(out: ByteWriter, protocol: number, global: GlobalValue): void {
  const [module, name] = spellGlobal(global, protocol)
  if (protocol >= 4) {
    emitStr(out, protocol, module)
    emitStr(out, protocol, name)
    return out.byte(OP.STACK_GLOBAL)
  }
  out.byte(OP.GLOBAL)
  out.bytes(encodeUtf8(`${module}\n${name}\n`))
}
