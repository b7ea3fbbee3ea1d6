import { deflateSync } from 'node:zlib'
import { encodeSession } from '../../../electron/core/codecs/encode.ts'
import { writeLegacyText } from '../../../electron/core/codecs/legacy-text.ts'
import { COOKIE_SALT, ROW_SALT } from '../../../electron/core/codecs/salts.ts'
import { decodeText } from '../../../electron/core/codecs/session-text.ts'
import { signatureOf } from '../../../electron/core/codecs/signing.ts'
import { planSigning } from '../../../electron/core/codecs/signing-plan.ts'
import type { DjangoVersion } from '../../../shared/model/django.ts'
import { formatNotation, parseNotation } from '../../../shared/values/notation.ts'
import { parsePythonJson } from '../../../shared/values/python-json.ts'
import { FIXTURE_KEYS, FIXTURE_MAX_AGE, FIXTURE_NOW, readWriters } from '../../support/django-fixtures.ts'
import type { FixtureText } from '../../support/django-fixtures.ts'
import type { Codec, Found, Sample } from './codec.ts'

interface Signed {
  readonly place: 'row' | 'cookie'
  readonly serializer: 'json' | 'pickle'
  readonly format: 'django-signed' | 'django-legacy'
  /** The release that wrote the samples, and reads them. */
  readonly django: DjangoVersion
}

const [KEY] = FIXTURE_KEYS

/** Session texts of real Django (tests/fixtures/django), which has also one of no data at all. */
export function signedCodec(options: Signed): Codec {
  const { place, serializer, format, django } = options
  if (KEY === undefined) throw new Error('The fixtures have no key.')
  const salt = place === 'cookie' ? COOKIE_SALT : ROW_SALT
  const decode = (bytes: Buffer): Found => {
    const decoded = decodeText(bytes.toString('utf8'), { keyring: FIXTURE_KEYS, place, salt: null, maxAgeSeconds: FIXTURE_MAX_AGE, now: FIXTURE_NOW, djangoVersion: django, serializer })
    const parsed = decoded.data === null ? null : parseNotation(decoded.data)
    const { djangoSees, problem, verdict, pickle, habit } = decoded
    return { node: parsed?.ok === true ? parsed.node : null, djangoSees, problem, verdict, pickle, form: { format: decoded.format, salt: decoded.salt, serializer: decoded.serializer, hash: habit?.hash, pickle: habit?.pickleProtocol, framed: habit?.pickleFramed } }
  }
  return {
    serializer, decode, isSigned: true, unpacks: format === 'django-signed',
    samples: samplesOf(options),
    encode(node, found) {
      const decoded = { format, salt, serializer, habit: { hash: found.form['hash'] === 'sha1' ? 'sha1' : 'sha256', neverCompresses: false, pickleProtocol: found.pickle?.protocol ?? null, pickleFramed: found.pickle?.framed ?? null } } as const
      const { how } = planSigning(decoded, { place, djangoVersion: django })
      return Buffer.from(encodeSession({ ...how, data: formatNotation(node, { interchange: false }), key: KEY, now: FIXTURE_NOW }))
    },
    wrap(body) {
      if (format === 'django-legacy') return Buffer.from(writeLegacyText(body, KEY, null))
      const value = `.${deflateSync(body).toString('base64url')}:1x0GTg`
      return Buffer.from(`${value}:${signatureOf(value, KEY, salt)}`)
    },
  }
}

function samplesOf({ place, serializer, format, django }: Signed): readonly Sample[] {
  const file = readWriters().find((each) => each.django.startsWith(`${django}.`))
  const isOurs = (text: FixtureText): boolean => text.place === place && text.serializer === serializer && text.key === 0 && (serializer === 'pickle' || text.json !== null) && (text.what === 'written' || text.what === 'legacy') && (format === 'django-legacy') !== text.text.includes(':')
  return (file?.texts ?? []).filter(isOurs).map(({ text, json }, index) => {
    const parsed = json === null ? null : parsePythonJson(json)
    return { name: `text ${index}`, bytes: Buffer.from(text), node: parsed?.ok === true && parsed.node.kind === 'dict' ? parsed.node : null }
  })
}
