import fc from 'fast-check'
import { parsePythonJson, writePythonJson } from '../../../shared/values/python-json.ts'
import { jsonSessions } from '../../support/arbitrary-data.ts'
import { mutate } from '../../support/mutate.ts'
import { asPythonKeeps } from '../../support/payloads.ts'
import { createRandom } from '../../support/random.ts'
import type { FuzzKind } from '../fuzz-kind.ts'
import { same } from '../fuzz-kind.ts'

const JSON_ANSWERS = `
import json
def read(text):
    try:
        return json.dumps(json.loads(text), separators=(",", ":"))
    except ValueError:
        return None
def respond(texts):
    return [read(text) for text in texts]
`
const styles = fc.constantFrom({ itemSeparator: ',', keySeparator: ':', asciiOnly: true }, { itemSeparator: ', ', keySeparator: ': ', asciiOnly: false }) satisfies fc.Arbitrary<Parameters<typeof writePythonJson>[2]>

/** JSON as Python writes it and with one to three things changed: read or refused alike, to the same data. */
export const jsonTexts: FuzzKind<string> = {
  name: 'JSON texts',
  share: 10,
  answers: JSON_ANSWERS,
  suits: () => true,
  cases: () =>
    fc.tuple(jsonSessions, styles, fc.array(fc.nat(), { maxLength: 3 })).map(([node, style, changes]) => changes.reduce((text, change) => mutate(text, createRandom(change)), writePythonJson(node, undefined, style))),
  async compare(ask, cases) {
    const answers = await ask<readonly (string | null)[]>(cases)
    return cases.map((text, index) => same(ourText(text), answers[index] ?? null))
  },
  show: (text) => JSON.stringify(text),
}

function ourText(text: string): string | null {
  const parsed = parsePythonJson(text)
  return parsed.ok ? writePythonJson(asPythonKeeps(parsed.node)) : null
}
