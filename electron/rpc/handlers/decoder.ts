import type { Handlers, ParsedInput } from '../../../shared/rpc/contract.ts'
import type { Keyring, PasteContext } from '../../core/codecs/decoder.ts'
import { DEFAULT_SETTINGS } from '../../core/sessions/session-source.ts'
import type { OpenSource } from '../../core/sources/source-registry.ts'
import { toKeyring } from '../../core/sources/source-registry.ts'
import type { Services } from './services.ts'

export function decoderHandlers(services: Services): Pick<Handlers, 'decoder.decode'> {
  return {
    'decoder.decode': async (input, signal) => {
      const started = performance.now()
      const findings = await services.decoder.decodePaste(input.text, pasteContext(services, input), signal)
      return { findings, elapsedMs: Math.round(performance.now() - started) }
    },
  }
}

/** Keys given for this one decode come first, then those of the chosen source, or of every open one. */
function pasteContext(services: Services, input: ParsedInput<'decoder.decode'>): PasteContext {
  const open = input.sourceId === null ? services.registry.all() : [services.registry.get(input.sourceId)]
  const given = input.keys === undefined ? [] : toKeyring(input.keys)
  return {
    keyring: [...given, ...open.flatMap((source) => named(source, open.length > 1))],
    place: input.place,
    salt: input.salt ?? null,
    maxAgeSeconds: input.maxAgeSeconds ?? open[0]?.source.cookieAgeSeconds ?? DEFAULT_SETTINGS.cookieAgeSeconds,
    now: services.clock(),
    cookieNames: [...new Set([...open.map((source) => source.source.cookieName), DEFAULT_SETTINGS.cookieName])],
  }
}

/** Where several sites are open, the name of a key says whose it is. */
function named(open: OpenSource, several: boolean): Keyring {
  return several ? open.session.keyring.map((key) => ({ ...key, name: `${key.name} (${open.source.name})` })) : open.session.keyring
}
