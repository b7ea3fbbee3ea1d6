import { LIMITS } from '../../../../shared/limits.ts'
import type { DecodedText } from '../../../../shared/model/session.ts'
import { formatNotation } from '../../../../shared/values/notation.ts'
import { problem } from '../problem.ts'
import { isDjangoText } from '../text-shape.ts'
import { aspnet } from './aspnet.ts'
import { djangoOther } from './django-other.ts'
import { express } from './express.ts'
import { flask } from './flask.ts'
import type { ForeignCodec, ForeignContext, ForeignReading } from './foreign-format.ts'
import { itsdangerous } from './itsdangerous.ts'
import { jsonWebToken } from './json-web-token.ts'
import { laravel } from './laravel.ts'
import { php } from './php.ts'
import { rails } from './rails.ts'
import { starlette } from './starlette.ts'

/** Every other format, the most telling shape first. What has Django's shape is asked of Django's own formats only. */
const CODECS: readonly ForeignCodec[] = [laravel, rails, jsonWebToken, starlette, flask, itsdangerous, express, aspnet, php, djangoOther]
const DJANGO_ONLY: readonly ForeignCodec[] = [djangoOther]
const INDENT = 2

/** Whether a text deserves to be read by `readForeign`. Cheap: it does not unpack anything. */
export function looksForeign(text: string, context: ForeignContext): boolean {
  return text.length <= LIMITS.storedValueBytes && !isDjangoText(text) && CODECS.some((codec) => codec.looksLike(text, context))
}

/** A value that is no Django session, named and, where that needs no unknown secret, read. null: none of the known formats. */
export function readForeign(text: string, context: ForeignContext): DecodedText | null {
  if (text.length > LIMITS.storedValueBytes) return null
  for (const codec of isDjangoText(text) ? DJANGO_ONLY : CODECS) {
    const found = codec.looksLike(text, context) ? codec.read(text, context) : null
    if (found !== null) return toDecodedText(text, found, context)
  }
  return null
}

function toDecodedText(text: string, found: ForeignReading, { keyring }: ForeignContext): DecodedText {
  const { data, ...facts } = found
  return {
    ...facts,
    text,
    parts: null,
    habit: null,
    cache: null,
    pickle: null,
    keysTried: keyring.map(({ name }) => name),
    data: data === null ? null : formatNotation(data, { indent: INDENT, interchange: false }),
    djangoSees: 'empty',
    problem: problem('shape', found.format === 'django-other' ? 'no-session' : 'foreign-format'),
  }
}
