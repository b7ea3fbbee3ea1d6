import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DecodeContext, SigningKey } from '../../electron/core/codecs/decoder.ts'
import type { DjangoVersion } from '../../shared/model/django.ts'
import { toDjangoVersion } from '../../shared/model/django.ts'

/** One text that a real Django wrote, or somebody broke; see tests/fixtures/django/generate.py. */
export interface FixtureText {
  readonly place: 'row' | 'cookie'
  readonly serializer: 'json' | 'pickle'
  /** Place in `FIXTURE_KEYS`; null: a key that nobody knows. */
  readonly key: number | null
  readonly what: 'written' | 'damaged' | 'signed' | 'legacy' | 'foreign key' | 'other class'
  readonly text: string
  /** JSON of its data as Python writes it; null: not told. */
  readonly json: string | null
}

export interface FixtureFile {
  /** Version that wrote it: `5.2.17`. */
  readonly django: string
  readonly texts: readonly FixtureText[]
}

/** What a real Django made of every text of every file, one letter each: `d` data, `e` empty session, `x` exception. */
export interface FixtureReader {
  readonly reader: string
  readonly seen: Readonly<Record<string, string>>
}

export const FIXTURE_NOW = 1_788_000_000_000
export const FIXTURE_MAX_AGE = 1_209_600

const SECRETS = ['coatcheck-demo-key', 'coatcheck-old-key', 'ключ-鍵']
const FOLDER = join(import.meta.dirname, '../fixtures/django')

export const FIXTURE_KEYS: readonly SigningKey[] = SECRETS.map((secret, index) => ({ name: index === 0 ? 'SECRET_KEY' : `SECRET_KEY_FALLBACKS[${index - 1}]`, secret }))

export function readWriters(): readonly FixtureFile[] {
  return filesNamed(/^\d+\.\d+\.json$/).map((file) => parse(file) as FixtureFile)
}

export function readReaders(): readonly FixtureReader[] {
  return filesNamed(/^seen-by-/).map((file) => parse(file) as FixtureReader)
}

export function versionOf(django: string): DjangoVersion {
  const version = toDjangoVersion(django)
  if (version === null) throw new Error(`no version: ${django}`)
  return version
}

/** The site whose reading was recorded: the first key is its own, the others are fallbacks; it has the writer's serializer if it can. */
export function seenContext({ place, serializer }: FixtureText, reader: DjangoVersion): DecodeContext {
  const [major = 0] = reader.split('.').map(Number)
  return { ...fixtureContext(place, reader), serializer: serializer === 'pickle' && major < 5 ? 'pickle' : 'json' }
}

/** The same, its SESSION_SERIALIZER not known. */
export function fixtureContext(place: 'row' | 'cookie', djangoVersion: DjangoVersion | null, keyring: readonly SigningKey[] = FIXTURE_KEYS): DecodeContext {
  return { keyring, place, salt: null, maxAgeSeconds: FIXTURE_MAX_AGE, now: FIXTURE_NOW, djangoVersion }
}

function filesNamed(pattern: RegExp): readonly string[] {
  return readdirSync(FOLDER).filter((file) => pattern.test(file)).sort()
}

function parse(file: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))
}
