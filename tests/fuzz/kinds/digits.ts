import fc from 'fast-check'
import { decodeBase62, encodeBase62 } from '../../../electron/core/util/base62.ts'
import { decodeBase64Url, decodeStandardBase64, encodeBase64Url } from '../../../electron/core/codecs/base64url.ts'
import { mutate } from '../../support/mutate.ts'
import { createRandom } from '../../support/random.ts'
import type { FuzzKind } from '../fuzz-kind.ts'
import { same } from '../fuzz-kind.ts'

const DIGIT_ANSWERS = `
import base64
from django.core import signing
try:
    from django.core.signing import b62_decode, b62_encode
except ImportError:
    from django.utils import baseconv
    b62_decode, b62_encode = baseconv.base62.decode, baseconv.base62.encode
def attempt(work):
    try:
        return work()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
def number(text):
    value = b62_decode(text)
    return [float(value), b62_encode(value) if abs(value) < 2**53 else None]
def look(text):
    read = [attempt(lambda: signing.b64_decode(text.encode()).hex()), attempt(lambda: base64.b64decode(text.encode("ascii")).hex())]
    return [*read, attempt(lambda: signing.b64_encode(bytes.fromhex(read[0])).decode()), attempt(lambda: number(text))]
def respond(texts):
    return [look(text) for text in texts]
`

const numbers = fc.maxSafeInteger().map((value) => encodeBase62(value))
const packed = fc.uint8Array({ maxLength: 40 }).map((data) => encodeBase64Url(data))
const padded = fc.uint8Array({ maxLength: 40 }).map((data) => Buffer.from(data).toString('base64'))

/** Base64 and base62, as Django writes them and damaged: read or refused alike, to the same bytes and numbers. */
export const digits: FuzzKind<string> = {
  name: 'base64 and base62',
  share: 6,
  answers: DIGIT_ANSWERS,
  suits: ({ version }) => version[0] >= 4,
  cases: () => fc.tuple(fc.oneof(numbers, packed, padded), fc.array(fc.nat(), { maxLength: 3 })).map(([text, changes]) => changes.reduce((changed, change) => mutate(changed, createRandom(change)), text)),
  async compare(ask, cases) {
    const answers = await ask<readonly unknown[]>(cases)
    return cases.map((text, index) => same(JSON.stringify(ourReading(text)), JSON.stringify(answers[index])))
  },
  show: (text) => JSON.stringify(text),
}

function ourReading(text: string): readonly unknown[] {
  const lenient = decodeBase64Url(text)
  const value = decodeBase62(text)
  const isSafe = value !== null && Math.abs(value) < 2 ** 53
  return [
    lenient?.toString('hex') ?? null,
    /[\u0080-\uffff]/.test(text) ? null : (decodeStandardBase64(text)?.toString('hex') ?? null),
    lenient === null ? null : encodeBase64Url(lenient),
    value === null || !Number.isFinite(value) ? null : [value + 0, isSafe ? encodeBase62(value) : null],
  ]
}
