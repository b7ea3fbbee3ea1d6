import { describe, expect, test } from 'vitest'
import { encodeSession } from '../../electron/core/codecs/encode.ts'
import { decodeText } from '../../electron/core/codecs/session-text.ts'
import { planSigning } from '../../electron/core/codecs/signing-plan.ts'
import { summarizeTexts } from '../../electron/core/codecs/summarize.ts'
import { DJANGO_VERSIONS } from '../../shared/model/django.ts'
import type { DecodedText } from '../../shared/model/session.ts'
import { parseNotation } from '../../shared/values/notation.ts'
import { writePythonJson } from '../../shared/values/python-json.ts'
import { say } from '../../shared/words/say.ts'
import { FIXTURE_KEYS, FIXTURE_NOW, fixtureContext, readReaders, readWriters, seenContext, versionOf } from '../support/django-fixtures.ts'

const SEES = { d: 'data', e: 'empty', x: 'error' } as const
const writers = readWriters()
const readers = readReaders()

function jsonOf({ data }: DecodedText): string | null {
  const parsed = data === null ? null : parseNotation(data)
  return parsed?.ok === true ? writePythonJson(parsed.node) : null
}

function isReadable(text: string, context: ReturnType<typeof fixtureContext>): boolean | undefined {
  const bytes = Buffer.from(text)
  return summarizeTexts({ bytes, ends: Uint32Array.of(bytes.length) }, context)[0]?.readable
}

const MATRIX = writers.flatMap((writer) => readers.map((reader) => ({ name: `texts of ${writer.django} in ${reader.reader}`, writer, reader })))

describe('every verdict equals what the real Django did', () => {
  test.each(MATRIX)('$name', ({ writer, reader }) => {
    const seen = reader.seen[writer.django] ?? ''
    expect(seen).toHaveLength(writer.texts.length)
    for (const [index, fixture] of writer.texts.entries()) {
      const { text, place, what } = fixture
      const context = seenContext(fixture, versionOf(reader.reader))
      const decoded = decodeText(text, context)
      const expected = SEES[seen[index] as keyof typeof SEES]
      // The generator's data is never empty: an empty dict is what Django makes of a refusal.
      expect({ index, what, place, text, sees: decoded.djangoSees, verdict: say(decoded.verdict) }).toMatchObject({ sees: expected })
      expect({ index, what, place, text, readable: isReadable(text, context) }).toMatchObject({ readable: expected === 'data' })
    }
  })
})

describe.each(writers)('what Django $django wrote', ({ django, texts }) => {
  const version = versionOf(django)
  const written = texts.filter(({ what }) => what === 'written')

  test('is read whole by every version\'s rules, whatever Django makes of it', () => {
    for (const { text, place, key, json, serializer } of written) {
      for (const reader of DJANGO_VERSIONS) {
        const decoded = decodeText(text, fixtureContext(place, reader))
        expect({ text, by: decoded.signature.verifiedBy, serializer: decoded.serializer }).toEqual({ text, by: FIXTURE_KEYS[key ?? 0]?.name, serializer })
        if (json !== null) expect(jsonOf(decoded)).toBe(json)
      }
    }
  })

  test('is made again in the same format, by the same hash and serializer, compressed as before', () => {
    for (const { text, place, key } of written) {
      const owner = FIXTURE_KEYS[key ?? 0] ?? { name: '', secret: '' }
      const context = fixtureContext(place, version, [{ ...owner, name: 'SECRET_KEY' }])
      const before = decodeText(text, context)
      expect({ text, sees: before.djangoSees, data: before.data }).toMatchObject({ sees: 'data', data: expect.any(String) })
      const { how, checks } = planSigning(before, { place, djangoVersion: version })
      const after = decodeText(Buffer.from(encodeSession({ ...how, data: before.data ?? '', key: owner, now: FIXTURE_NOW })).toString(), context)
      const facts = ({ format, salt, serializer, habit, djangoSees, data, signature }: DecodedText): unknown => ({ format, salt, serializer, habit, djangoSees, data, signature })
      expect(facts(after)).toEqual(facts(before))
      expect(checks).toEqual([])
      // Formats without a time and without a pickle's memo come back byte for byte.
      if (before.serializer === 'json' && !before.compressed) expect(after.text).toBe(text)
    }
  })
})

test('a sentence on another version names it, and none is left without its values', () => {
  for (const { texts } of writers) {
    for (const { text, place } of texts) {
      for (const version of [null, '2.2', '3.2', '4.0', '5.2'] as const) {
        const said = say(decodeText(text, fixtureContext(place, version)).verdict)
        expect({ text, said }).toMatchObject({ said: expect.not.stringMatching(/[{}]|undefined|null|Django {2}/) })
      }
    }
  }
})
