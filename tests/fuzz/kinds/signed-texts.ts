import fc from 'fast-check'
import type { DecodeContext, SigningKey } from '../../../electron/core/codecs/decoder.ts'
import { encodeSession } from '../../../electron/core/codecs/encode.ts'
import { COOKIE_SALT, ROW_SALT } from '../../../electron/core/codecs/salts.ts'
import { decodeText } from '../../../electron/core/codecs/session-text.ts'
import { signatureOf } from '../../../electron/core/codecs/signing.ts'
import { toDjangoVersion } from '../../../shared/model/django.ts'
import type { DecodedText } from '../../../shared/model/session.ts'
import type { DictNode } from '../../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../../shared/values/notation.ts'
import { writePythonJson } from '../../../shared/values/python-json.ts'
import { SESSION_STORE_ANSWERS } from '../../differential/session-store-script.ts'
import type { StoreAnswer, StoreJob } from '../../differential/session-store-script.ts'
import { jsonSessions } from '../../support/arbitrary-data.ts'
import type { DjangoPython } from '../../support/django.ts'
import { mutate } from '../../support/mutate.ts'
import { asPythonKeeps } from '../../support/payloads.ts'
import { createRandom } from '../../support/random.ts'
import type { FuzzKind } from '../fuzz-kind.ts'
import { same } from '../fuzz-kind.ts'

interface Case {
  readonly node: DictNode
  readonly place: StoreJob['place']
  readonly format: 'django-signed' | 'django-legacy'
  readonly serializer: 'json' | 'pickle'
  readonly pickleProtocol: number
  readonly pickleFramed: boolean
  readonly compress: boolean
  readonly now: number
}

const NOW = 1_788_000_000_000
const MAX_AGE = 1_209_600
const SECRETS = ['coatcheck-demo-key', 'coatcheck-old-key', 'ключ-鍵']
const KEY: SigningKey = { name: 'SECRET_KEY', secret: SECRETS[0] ?? '' }
const KEYRING: readonly SigningKey[] = SECRETS.map((secret, index) => ({ name: index === 0 ? 'SECRET_KEY' : `SECRET_KEY_FALLBACKS[${index - 1}]`, secret }))
const SALT = { row: ROW_SALT, cookie: COOKIE_SALT } as const

/** Formats and serializers that this Django has. */
function casesOf({ version: [major] }: DjangoPython): fc.Arbitrary<Case> {
  return fc.record({
    node: jsonSessions,
    place: fc.constantFrom<StoreJob['place']>('row', 'cookie'),
    format: major < 4 ? fc.constantFrom<Case['format']>('django-signed', 'django-legacy') : fc.constant<Case['format']>('django-signed'),
    serializer: major < 5 ? fc.constantFrom<Case['serializer']>('json', 'pickle') : fc.constant<Case['serializer']>('json'),
    pickleProtocol: fc.integer({ min: 2, max: 5 }),
    pickleFramed: fc.boolean(),
    compress: fc.boolean(),
    now: fc.integer({ min: NOW - MAX_AGE * 1000, max: NOW }),
  }).map((each) => (each.format === 'django-legacy' ? { ...each, place: 'row' as const } : each))
}

const jobOf = ({ place, serializer, format }: Case, more: Partial<StoreJob>): StoreJob => ({
  op: 'load', place, now: NOW, maxAge: MAX_AGE, keys: SECRETS, serializer: serializer === 'json' ? 'JSONSerializer' : 'PickleSerializer', ...(format === 'django-legacy' ? { format: 'legacy' } : {}), ...more,
})

function contextOf({ place, serializer }: Case, { version }: DjangoPython): DecodeContext {
  return { keyring: KEYRING, place, salt: null, maxAgeSeconds: MAX_AGE, now: NOW, djangoVersion: toDjangoVersion(version.join('.')), serializer }
}

function sign({ node, place, ...how }: Case, salt: string = SALT[place]): string {
  return Buffer.from(encodeSession({ ...how, salt, key: KEY, data: formatNotation(node, { interchange: false }) })).toString()
}

function jsonOf({ data }: DecodedText): string | null {
  const parsed = data === null ? null : parseNotation(data)
  return parsed?.ok === true ? writePythonJson(asPythonKeeps(parsed.node)) : null
}

const show = ({ node, ...how }: Case): string => `${JSON.stringify(how)} ${formatNotation(node, { interchange: true })}`

/** Sessions that Django signs: verified, and read to the same data. */
export const textsOfDjango: FuzzKind<Case> = {
  name: 'texts of Django',
  share: 12,
  answers: SESSION_STORE_ANSWERS,
  suits: () => true,
  cases: casesOf,
  async compare(ask, cases, django) {
    const answers = await ask<readonly StoreAnswer[]>(cases.map((each) => jobOf(each, { op: 'dump', now: each.now, json: writePythonJson(each.node) })))
    return cases.map((each, index) => {
      const { text = '', json = null, raised } = answers[index] ?? {}
      const decoded = decodeText(text, contextOf(each, django))
      return same(JSON.stringify([each.format, each.serializer, 'valid', jsonOf(decoded), undefined]), JSON.stringify([decoded.format, decoded.serializer, decoded.signature.state, json, raised]))
    })
  },
  show,
}

/** Sessions that we sign, in every format and by every serializer that this Django has: it loads the same data. */
export const textsOfOurs: FuzzKind<Case> = {
  name: 'texts of ours',
  share: 12,
  answers: SESSION_STORE_ANSWERS,
  suits: () => true,
  cases: casesOf,
  async compare(ask, cases) {
    const answers = await ask<readonly StoreAnswer[]>(cases.map((each) => jobOf(each, { text: sign(each) })))
    return cases.map(({ node }, index) => same(writePythonJson(asPythonKeeps(node)), answers[index]?.json ?? JSON.stringify(answers[index])))
  },
  show,
}

interface Damaged {
  readonly made: Case
  readonly text: string
}

/** Texts changed after signing, and texts well signed around something changed: what Django sees is what we say that it sees. */
export const damagedTexts: FuzzKind<Damaged> = {
  name: 'damaged texts',
  share: 20,
  answers: SESSION_STORE_ANSWERS,
  suits: () => true,
  cases: (django) => fc.tuple(casesOf(django).filter(({ serializer }) => serializer === 'json'), fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), fc.boolean()).map(([made, changes, before]) => ({ made, text: damage(made, changes, before) })),
  async compare(ask, cases, django) {
    const answers = await ask<readonly StoreAnswer[]>(cases.map(({ made, text }) => jobOf(made, { text })))
    return cases.map(({ made, text }, index) => {
      const { sees = 'error', json = null } = answers[index] ?? {}
      const decoded = decodeText(text, contextOf(made, django))
      const ours = decoded.djangoSees === 'data' ? jsonOf(decoded) : null
      // Django cannot tell an empty dict from a refusal; we can.
      return same(JSON.stringify(ours === '{}' ? ['empty', null] : [decoded.djangoSees, ours]), JSON.stringify([sees, sees === 'data' ? json : null]))
    })
  },
  show: ({ made, text }) => `${JSON.stringify(text)} made from ${show(made)}`,
}

/** `before`: what is changed stands behind a good signature. */
function damage(made: Case, changes: readonly number[], before: boolean): string {
  const text = sign(made)
  const value = before && made.format === 'django-signed' ? text.slice(0, text.lastIndexOf(':')) : text
  const changed = changes.reduce((each, change) => mutate(each, createRandom(change)), value)
  return value === text ? changed : `${changed}:${signatureOf(changed, KEY, SALT[made.place])}`
}
