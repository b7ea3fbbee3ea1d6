import { describe, expect, test } from 'vitest'
import { CoatcheckError, deserializeError, serializeError } from '../errors.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { english, reason, verbatim } from './reason.ts'
import type { Reason } from './reason.ts'
import { say } from './say.ts'

const subjects = Object.entries(en.reasons)
const paramsOf = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted()
/** Every reason of the catalogue, with something in the place of each parameter. */
const every = subjects.flatMap(([subject, texts]) => Object.entries<string>(texts).map(([name, text]) => ({ id: `reasons.${subject}.${name}`, text, params: Object.fromEntries(paramsOf(text).map((param) => [param, `<${param}>`])) })))

describe('a reason in English', () => {
  test('is what the formatter of the catalogue says, each of them', () => {
    for (const { id, params } of every) expect(english({ id, params } as Reason)).toBe(say({ id, params }))
  })

  test('what a parameter holds is text, never a message to format', () => {
    expect(english(reason('sqlite.rowRefused', { problem: "{x} {'y'} @:errors.INTERNAL | <b>" }))).toBe("The table does not take this row: {x} {'y'} @:errors.INTERNAL | <b>.")
  })

  test('names stand in a row, a reason within a reason is said', () => {
    expect(english(reason('sql.lacks', { table: 'shop', columns: ['session_data', 'expire_date'] }))).toBe('The table shop lacks session_data and expire_date.')
    expect(english(reason('sessions.nobodyLoggedIn', { reason: verbatim('Far away.') }))).toBe('Nobody is logged in here: Far away.')
  })
})

test('each has the same parameters in German', () => {
  const german: Readonly<Record<string, Readonly<Record<string, string>>>> = de.reasons
  for (const { id, text } of every) {
    const [, subject = '', name = ''] = id.split('.')
    expect(paramsOf(german[subject]?.[name] ?? ''), id).toEqual(paramsOf(text))
  }
})

describe('an error', () => {
  const error = new CoatcheckError('CONNECT_TIMEOUT', reason('reach.noAnswerFor', { seconds: 5 }), { hint: 'next.checkRuns', subject: 'db:5432', retryable: true })

  test('speaks English to logs and scripts, and keeps the sentence for whoever speaks another language', () => {
    expect(error.message).toBe('The server has not answered for 5 seconds.')
    expect(error.details.hint).toBe('Check that it runs and can be reached, then try again.')
    expect(error.next).toEqual({ id: 'reasons.next.checkRuns', params: {} })
  })

  test('crosses the wire whole', () => {
    const sent = serializeError(error)
    const arrived = deserializeError(JSON.parse(JSON.stringify(sent)) as typeof sent)
    expect(serializeError(arrived)).toEqual(sent)
    expect(arrived).toMatchObject({ code: 'CONNECT_TIMEOUT', message: error.message, details: error.details })
  })

  test('cannot be made of words that are not in the catalogue', () => {
    // @ts-expect-error A sentence of its own is none of the catalogue.
    expect(new CoatcheckError('INTERNAL', 'Something went wrong.').reason.id).toBe('reasons.Something went wrong.')
    // @ts-expect-error Nor is its next step.
    expect(new CoatcheckError('INTERNAL', 'app.mistake', { hint: 'Try again.' }).next?.id).toBe('reasons.Try again.')
    // @ts-expect-error One with parameters is not whole without them.
    expect(new CoatcheckError('INTERNAL', 'reach.noAnswerFor').reason.params).toEqual({})
  })
})
