/** Classes of Python's msgpack for ext values. Such a node keeps its MessagePack bytes in `raw`. */
export const EXT_NAME = { timestamp: 'msgpack.Timestamp', other: 'msgpack.ExtType' } as const

export function isExtName(name: string): boolean {
  return name === EXT_NAME.timestamp || name === EXT_NAME.other
}
