import type { DjangoVersion } from '../../../shared/model/django.ts'
import type { Handlers, ParsedInput } from '../../../shared/rpc/contract.ts'
import type { Keyring, PasteContext } from '../../core/codecs/decoder.ts'
import { encodeValue } from '../../core/sessions/encode-value.ts'
import { signLike } from '../../core/sessions/sign-like.ts'
import { DEFAULT_SETTINGS } from '../../core/sessions/session-source.ts'
import type { OpenSource } from '../../core/sources/source-types.ts'
import { toKeyring } from '../../core/sources/source-registry.ts'
import type { Services } from './services.ts'

export function decoderHandlers(services: Services): Pick<Handlers, 'decoder.decode' | 'decoder.sign' | 'decoder.encodeValue'> {
  return {
    'decoder.decode': async (input, signal) => {
      const started = performance.now()
      const findings = await services.decoder.decodePaste(input.text, pasteContext(services, input), signal)
      return { findings, elapsedMs: Math.round(performance.now() - started) }
    },
    'decoder.sign': async (input, signal) => {
      const { open, keyring } = knownKeys(services, input)
      const { source } = open.find((each) => each.session.keyring.some((key) => named([key], each, open.length > 1)[0]?.name === input.like.keyName)) ?? open[0] ?? {}
      return signLike(services.decoder, input, {
        keyring,
        now: services.clock(),
        place: input.place,
        cookieName: source?.cookieName ?? DEFAULT_SETTINGS.cookieName,
        cookieAgeSeconds: source?.cookieAgeSeconds ?? DEFAULT_SETTINGS.cookieAgeSeconds,
        djangoVersion: versionFor(open, input),
      }, signal)
    },
    'decoder.encodeValue': (input, signal) => encodeValue(services.decoder, input, signal),
  }
}

type KeySource = Pick<ParsedInput<'decoder.decode'>, 'sourceId' | 'keys' | 'djangoVersion'>

/** Keys given for this one call come first, then those of the chosen source, or of every open one. */
function knownKeys(services: Services, input: KeySource): { readonly open: readonly OpenSource[]; readonly keyring: Keyring } {
  const open = input.sourceId === null ? services.registry.all() : [services.registry.get(input.sourceId)]
  const given = input.keys === undefined ? [] : toKeyring(input.keys)
  return { open, keyring: [...given, ...open.flatMap((source) => named(source.session.keyring, source, open.length > 1))] }
}

function pasteContext(services: Services, input: ParsedInput<'decoder.decode'>): PasteContext {
  const { open, keyring } = knownKeys(services, input)
  return {
    keyring,
    place: input.place,
    salt: input.salt ?? null,
    maxAgeSeconds: input.maxAgeSeconds ?? open[0]?.source.cookieAgeSeconds ?? DEFAULT_SETTINGS.cookieAgeSeconds,
    now: services.clock(),
    djangoVersion: versionFor(open, input),
    serializer: open.length === 1 ? (open[0]?.session.settings.serializer ?? null) : null,
    cookieNames: [...new Set([...open.map((source) => source.source.cookieName), DEFAULT_SETTINGS.cookieName])],
  }
}

/** Of several open sites none can speak for the others. */
function versionFor(open: readonly OpenSource[], input: KeySource): DjangoVersion | null {
  return input.djangoVersion ?? (open.length === 1 ? (open[0]?.session.settings.djangoVersion ?? null) : null)
}

/** Where several sites are open, the name of a key says whose it is. */
function named(keyring: Keyring, open: OpenSource, several: boolean): Keyring {
  return several ? keyring.map((key) => ({ ...key, name: `${key.name} (${open.source.name})` })) : keyring
}
