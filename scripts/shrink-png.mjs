import { crc32, deflateSync, inflateSync } from 'node:zlib'

const HEAD_BYTES = 8
const RGB = 2
const RGBA = 6

/**
 * The same picture with a palette: the 256 colours that are met most stay as they are, the others (edges of letters) become the nearest of them.
 * Reads only what Chromium writes: 8 bits, RGB or RGBA without transparency, not interlaced.
 * @param {Buffer} png
 */
export function shrinkPng(png) {
  const { width, height, channels, data } = readPixels(png)
  return writePalette(width, height, indexColours(data, channels))
}

/** @param {Buffer} png */
function readPixels(png) {
  const chunks = [...readChunks(png)]
  const head = chunks.find(({ type }) => type === 'IHDR')?.body
  if (head === undefined || head[8] !== 8 || (head[9] !== RGB && head[9] !== RGBA) || head[12] !== 0) throw new Error('This PNG is not of the kind that Chromium writes.')
  const channels = head[9] === RGB ? 3 : 4
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)]
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ body }) => body))
  return { width, height, channels, data: unfilter(inflateSync(packed), width * channels, channels) }
}

/** @param {Buffer} png */
function* readChunks(png) {
  for (let at = HEAD_BYTES; at < png.length;) {
    const length = png.readUInt32BE(at)
    yield { type: png.toString('latin1', at + 4, at + 8), body: png.subarray(at + 8, at + 8 + length) }
    at += length + 12
  }
}

/** PNG specification, section 9. @param {Buffer} lines @param {number} stride @param {number} step */
function unfilter(lines, stride, step) {
  const out = Buffer.alloc((lines.length / (stride + 1)) * stride)
  for (let from = 0, to = 0; from < lines.length; from += stride + 1, to += stride) {
    const filter = lines[from]
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? (out[to + x - step] ?? 0) : 0
      const up = to > 0 ? (out[to + x - stride] ?? 0) : 0
      const corner = x >= step && to > 0 ? (out[to + x - stride - step] ?? 0) : 0
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0
      out[to + x] = (lines[from + 1 + x] ?? 0) + guess
    }
  }
  return out
}

/** @param {number} left @param {number} up @param {number} corner */
function paeth(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

/** @param {Buffer} data @param {number} channels */
function indexColours(data, channels) {
  /** @type {Map<number, number>} */
  const counts = new Map()
  for (let at = 0; at < data.length; at += channels) {
    const colour = data.readUIntBE(at, 3)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const palette = [...counts].sort((one, other) => other[1] - one[1]).slice(0, 256).map(([colour]) => colour)
  const places = new Map([...counts.keys()].map((colour) => [colour, nearest(colour, palette)]))
  const pixels = Buffer.alloc(data.length / channels)
  for (let pixel = 0; pixel < pixels.length; pixel++) pixels[pixel] = places.get(data.readUIntBE(pixel * channels, 3)) ?? 0
  return { pixels, palette: Buffer.from(palette.flatMap(parts)) }
}

/** @param {number} colour @param {readonly number[]} palette */
function nearest(colour, palette) {
  const [r = 0, g = 0, b = 0] = parts(colour)
  let best = 0
  let least = Infinity
  for (const [place, other] of palette.entries()) {
    const [red = 0, green = 0, blue = 0] = parts(other)
    // The eye tells greens apart best.
    const distance = 2 * (r - red) ** 2 + 4 * (g - green) ** 2 + 3 * (b - blue) ** 2
    if (distance < least) [best, least] = [place, distance]
  }
  return best
}

/** @param {number} colour */
function parts(colour) {
  return [colour >> 16, (colour >> 8) & 0xff, colour & 0xff]
}

/** @param {number} width @param {number} height @param {{ pixels: Buffer, palette: Buffer }} picture */
function writePalette(width, height, { pixels, palette }) {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  const lines = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) pixels.copy(lines, y * (width + 1) + 1, y * width, (y + 1) * width)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('PLTE', palette), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0)),
  ])
}

/** @param {string} type @param {Buffer} body */
function chunk(type, body) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const out = Buffer.alloc(body.length + 12)
  out.writeUInt32BE(body.length, 0)
  named.copy(out, 4)
  out.writeUInt32BE(crc32(named), body.length + 8)
  return out
}
