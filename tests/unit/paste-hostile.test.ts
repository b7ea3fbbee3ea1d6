import { expect, test } from 'vitest'
import type { PasteContext } from '../../electron/core/codecs/decoder.ts'
import { decodePaste } from '../../electron/core/codecs/paste.ts'
import { findCandidates } from '../../electron/core/codecs/paste/find-candidates.ts'
import { readForeignVectors } from '../support/foreign.ts'
import { createRandom } from '../support/random.ts'

const CONTEXT: PasteContext = { keyring: [{ name: 'SECRET_KEY', secret: 'k' }], place: null, salt: null, maxAgeSeconds: 1_209_600, now: 1_700_000_000_000, cookieNames: ['sessionid'] }
const ROW = 'eyJhIjoxfQ:1r31eq:s9_EDPvI8YIIKoZa60okUu8mEw9ZrEb0WsJ4rWO_sB4'

/** Texts that make a careless parser go back over what it has read. Each is repeated. */
const HOSTILE: readonly string[] = [
  'a', ' ', '\t', '\n', '\r\n', ':', '.', ';', '=', '%', '%3A', '%E0', '-', '--', '>', '> ', '>>', '|', '│', ',', '"', '""', '\\"', "'", "b'", "b'\n", '\\', '\\x', '\\x80', '^', '^"', '^\n', '{', '{"', '{\n', '[', '[\n', '{"a":', '"a\\',
  '{"session_data":', '{"name":"a","value":', 'curl ', 'curl -H ', "curl '", 'curl ^"', 'curl \\\n', 'curl ;', 'curl -b a=b;', '{"sessionid":"a"}', '{"sessionid":"a"}\n', 'Cookie: ', 'Cookie: a=b; ', 'cookie\n', 'a=b;', 'sessionid=', 'eyJ', 'eyJ.', 'eyJ:', '.eJ', 'e30=', 'eyJpdiI6', '--f', 'a--', 's:', 'a:1:{i:0;', 'a|N;', 'CfDJ8',
  '00000000: 8004 ', '00000000: 8004\n', '00000000  80 04\n', '0x', '0x00', '80', 'gAS', 'session_data', 'session_data|', 'session_data,\n', 'session_data\t', '-+-', '-- ', '-[ RECORD 1 ]\n', 'INSERT INTO a VALUES ', "INSERT INTO a VALUES ('", "INSERT INTO a VALUES ('\n", '(', "('a'),", 'COPY a (', 'GET ', '1) "', '1) ', `${ROW}\n`, `${ROW} `, `${'A'.repeat(40)}\n`, `${'x'.repeat(75)}=\n`, '*** 1. row ***',
]

test.each(HOSTILE.map((piece) => [JSON.stringify(piece), piece]))('many times %s: no error, and the spans stay inside', (_, piece) => {
  for (const paste of [piece.repeat(3), piece.repeat(1000), `${ROW}\n${piece.repeat(500)}`, `${piece.repeat(500)}\n${ROW}`]) {
    for (const { span: [start, end] } of decodePaste(paste, CONTEXT)) {
      expect(start).toBeGreaterThanOrEqual(0)
      expect(end).toBeGreaterThanOrEqual(start)
      expect(end).toBeLessThanOrEqual(paste.length)
    }
  }
})

test('garbage made of everything that means something: never an error, never a finding that is verified', () => {
  const random = createRandom(3)
  const pieces = [...HOSTILE, ...readForeignVectors().map(({ text }) => text), 'x', '1', '\u0000', 'é', '😀', '\ud800']
  for (let round = 0; round < 3000; round++) {
    const paste = Array.from({ length: 1 + random.below(20) }, () => random.pick(pieces)).join('')
    for (const { span: [start, end], decoded } of decodePaste(paste, CONTEXT)) {
      expect(start <= end && end <= paste.length).toBe(true)
      expect(decoded.signature.state).not.toBe('valid')
    }
  }
})

/** Counts the characters that string searches and regular expressions are set upon: work, without a clock. */
function countWork(run: () => void): number {
  const proto = RegExp.prototype
  const [exec, indexOf, slice] = [proto.exec, String.prototype.indexOf, String.prototype.slice]
  let work = 0
  proto.exec = function (this: RegExp, text: string) {
    const from = this.sticky || this.global ? this.lastIndex : 0
    const found = exec.call(this, text)
    // A sticky expression that fails looks at no more than what it could match here.
    work += 1 + (found === null ? (this.sticky ? 1 : text.length - from) : found.index - from + found[0].length)
    return found
  }
  String.prototype.indexOf = function (this: string, wanted: string, from = 0) {
    const found = indexOf.call(this, wanted, from)
    work += 1 + (found < 0 ? this.length : found) - from
    return found
  }
  String.prototype.slice = function (this: string, start, end) {
    const part = slice.call(this, start, end)
    work += 1
    return part
  }
  try {
    run()
  } finally {
    proto.exec = exec
    String.prototype.indexOf = indexOf
    String.prototype.slice = slice
  }
  return work
}

test.each(HOSTILE.map((piece) => [JSON.stringify(piece), piece]))('twice as many of %s are twice the work', (_, piece) => {
  const work = (count: number): number => countWork(() => findCandidates(piece.repeat(count), ['sessionid']))
  const [once, twice] = [work(2500), work(5000)]
  expect(twice).toBeLessThan(once * 2.5 + 1000)
})

test.each(HOSTILE.map((piece) => [JSON.stringify(piece), piece]))('with a session behind them, twice as many of %s are twice the work', (_, piece) => {
  const work = (count: number): number => countWork(() => findCandidates(`${piece.repeat(count)}\n${ROW}`, ['sessionid']))
  const [once, twice] = [work(2500), work(5000)]
  expect(twice).toBeLessThan(once * 2.5 + 1000)
})

test('a million line ends cost little more than finding them', () => {
  const perLine = (end: string): number => countWork(() => findCandidates(`${end.repeat(10_000)}${ROW}`, ['sessionid'])) / 10_000
  expect([perLine('\n'), perLine('\r\n')].map((work) => work < 8)).toEqual([true, true])
})
