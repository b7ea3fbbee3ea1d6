import { CoatcheckError } from '../../../shared/errors.ts'
import type { ChangeCheck } from '../../../shared/model/change.ts'
import type { SignedText, TextLike } from '../../../shared/model/decode.ts'
import type { DjangoVersion } from '../../../shared/model/django.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { parseNotation } from '../../../shared/values/notation.ts'
import { COOKIE_BYTES, cookieBytes, dataChecks } from '../codecs/data-checks.ts'
import type { Decoder, Keyring, SigningKey } from '../codecs/decoder.ts'
import { COOKIE_SALT } from '../codecs/salts.ts'
import { isFallback, isUsable } from '../codecs/signing.ts'
import { planSigning } from '../codecs/signing-plan.ts'

/** The site that the new text is for, as far as it is known. */
export interface SigningSite {
  readonly keyring: Keyring
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  /** null: where the salt of the found text belongs. */
  readonly place: 'row' | 'cookie' | null
  readonly cookieName: string
  readonly cookieAgeSeconds: number
  readonly djangoVersion: DjangoVersion | null
}

/**
 * A text with other data, made as the found one was. Nothing is stored.
 * @throws SIGNATURE_KEY_MISSING without a SECRET_KEY; DATA_INVALID, DATA_UNSAFE as `Decoder.encode`
 */
export async function signLike(decoder: Decoder, input: { readonly data: string; readonly like: TextLike }, site: SigningSite, signal: AbortSignal): Promise<SignedText> {
  const { like } = input
  const place = site.place ?? (like.salt === COOKIE_SALT ? 'cookie' : 'row')
  const key = signingKey(site.keyring, like.keyName)
  const { how, checks } = planSigning(like, { place, djangoVersion: site.djangoVersion })
  const bytes = await decoder.encode({ ...how, data: input.data, key, now: site.now }, signal)
  const text = Buffer.from(bytes).toString('utf8')
  const sizeInCookie = place === 'cookie' ? cookieBytes(site.cookieName, text, site.cookieAgeSeconds) : null
  const after = parse(input.data)
  return {
    text, format: how.format, keyName: key.name, sizeBytes: bytes.byteLength, cookieBytes: sizeInCookie,
    checks: [
      ...keyChecks(like, key),
      ...checks,
      ...(after === null ? [] : dataChecks(like.data === null ? null : parse(like.data), after, how.serializer)),
      ...(sizeInCookie === null || sizeInCookie <= COOKIE_BYTES ? [] : [check('warn', 'cookieSize', { bytes: sizeInCookie })]),
      ...(how.format === 'django-legacy' ? [] : [ageCheck(place, site)]),
    ],
  }
}

/** The SECRET_KEY of the site whose key made the found text; fallback keys verify and never sign. */
function signingKey(keyring: Keyring, keyName: string | null): SigningKey {
  const keys = keyring.filter((key) => isUsable(key) && !isFallback(key))
  const site = /\(.*\)$/.exec(keyName ?? '')?.[0] ?? ''
  const key = keys.find(({ name }) => name === keyName) ?? (site === '' ? undefined : keys.find(({ name }) => name.endsWith(site))) ?? keys[0]
  if (key === undefined) throw new CoatcheckError('SIGNATURE_KEY_MISSING', 'sessions.changedNeedsKey', { hint: 'next.addKey' })
  return key
}

function keyChecks({ keyName }: TextLike, key: SigningKey): ChangeCheck[] {
  return keyName === null || keyName === key.name ? [] : [check('warn', 'fallback', { keyName })]
}

function ageCheck(place: 'row' | 'cookie', { now, cookieAgeSeconds }: SigningSite): ChangeCheck {
  if (place === 'row') return check('ok', 'savedAnew', {})
  const until = new Date(now + cookieAgeSeconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return check('ok', 'ageRestarts', { until: `${until} UTC` })
}

function check(level: ChangeCheck['level'], id: string, params: ChangeCheck['sentence']['params']): ChangeCheck {
  return { level, sentence: { id: `changes.checks.${id}`, params } }
}

function parse(notation: string): DataNode | null {
  const parsed = parseNotation(notation)
  return parsed.ok ? parsed.node : null
}
