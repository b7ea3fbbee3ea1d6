import { expect, it } from 'vitest'
import { CoatcheckError } from '../../../shared/errors.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import { translateError } from './translate-error.ts'

const TABLE = {
  DB_BUSY: () => new CoatcheckError('STORE_BUSY', verbatim('Busy.')),
  DB_BUSY_NOW: (place: string, cause: Error) => new CoatcheckError('STORE_BUSY', verbatim(`Busy now at ${place}.`), {}, cause),
}
const foreign = (code: unknown): Error => Object.assign(new Error('SELECT secret FROM table'), { code })

it('finds the most exact code, then the ones before it', () => {
  expect(translateError(foreign('DB_BUSY_NOW'), TABLE, 'x').message).toBe('Busy now at x.')
  expect(translateError(foreign('DB_BUSY_LATER'), TABLE, 'x').message).toBe('Busy.')
})

it('passes our own errors on', () => {
  const own = new CoatcheckError('CANCELLED', verbatim('Stopped.'))
  expect(translateError(own, TABLE, 'x')).toBe(own)
})

it('hides what it does not know, and keeps it as the cause', () => {
  for (const error of [foreign('OTHER'), foreign(5), foreign('toString'), 'text']) {
    const translated = translateError(error, TABLE, 'x')
    expect(translated.code).toBe('INTERNAL')
    expect(translated.message).not.toContain('secret')
    expect(translated.cause).toBeInstanceOf(Error)
  }
})
