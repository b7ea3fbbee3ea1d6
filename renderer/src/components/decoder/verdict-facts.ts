import { isDjangoSession } from '../../../../shared/model/session.ts'
import type { DecodedText } from '../../../../shared/model/session.ts'
import { formatInstant } from '../../format/absolute-time.ts'
import { formatDuration } from '../../format/relative-time.ts'

type Say = (id: string, params?: Record<string, string | number>) => string

/** Key, salt, dates: whatever of a decoded text is known, in a line. */
export function verdictFacts(text: DecodedText, now: number, say: Say): readonly { readonly name: string; readonly value: string }[] {
  const { signature, salt, signedAt, goodUntil, keysTried } = text
  const date = (at: number): string => `${formatInstant(at, { now, zone: 'UTC' })} UTC`
  const facts: { name: string; value: string }[] = []
  if (signature.verifiedBy !== null) facts.push({ name: 'key', value: signature.verifiedBy })
  else if (keysTried.length > 0 && (text.format === 'django-signed' || text.format === 'django-legacy')) facts.push({ name: 'tried', value: keysTried.join(', ') })
  if (signedAt !== null) facts.push({ name: 'signed', value: date(signedAt) })
  if (salt !== null && signature.verifiedBy !== null) facts.push({ name: 'salt', value: salt.replace(/^django\.contrib\.sessions\.(?:backends\.)?/, '') })
  if (goodUntil !== null) facts.push({ name: goodUntil > now ? 'goodUntil' : 'ended', value: date(goodUntil) })
  return facts.map(({ name, value }) => ({ name: say(`decoder.facts.${name}`), value }))
}

/** The one short fact under the stamp. */
export function verdictStub(text: DecodedText, now: number, say: Say): string {
  if (text.goodUntil !== null && text.signature.verifiedBy !== null) {
    const seconds = (text.goodUntil - now) / 1000
    return say(seconds > 0 ? 'decoder.left' : 'decoder.tooLate', { span: formatDuration(seconds) })
  }
  if (!isDjangoSession(text.format) && text.data === null) return say('decoder.noSession')
  return say(text.data === null ? 'decoder.unreadable' : 'decoder.readable')
}
