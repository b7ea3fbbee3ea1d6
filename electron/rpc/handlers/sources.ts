import type { Handlers } from '../../../shared/rpc/contract.ts'
import { withoutMode } from '../../core/sources/place-labels.ts'
import type { Services } from './services.ts'

type SourceHandlers = Pick<Handlers, 'sources.list' | 'sources.open' | 'sources.setKeys' | 'sources.setClock' | 'sources.setEnvironment' | 'sources.unlock' | 'sources.lock' | 'sources.connectUsers' | 'sources.addCookies' | 'sources.close' | 'sources.forget'>

export function sourceHandlers(services: Services): SourceHandlers {
  const { registry, recent, labels, clock } = services
  return {
    'sources.list': async () => ({ open: registry.list(), recent: await recent.list() }),
    'sources.open': async ({ target, ...options }, signal) => {
      // Decoders start while the store is being opened.
      services.decoder.warm()
      const source = await registry.open(target, options, signal)
      // A list of recent places that cannot be written is no reason to refuse the place itself.
      if (source.target.kind !== 'pasted') await recent.add({ target: withoutMode(source.target), name: source.name, location: source.location }, clock()).catch(() => undefined)
      return source
    },
    'sources.setKeys': ({ sourceId, keys }) => registry.setKeys(sourceId, keys),
    'sources.setClock': ({ sourceId, clock: storeClock }, signal) => registry.setClock(sourceId, storeClock, signal),
    'sources.setEnvironment': async ({ sourceId, environment }, signal) => {
      const source = await registry.setEnvironment(sourceId, environment, signal)
      await labels.write(source.target, environment)
      return source
    },
    'sources.unlock': ({ sourceId, name }, signal) => registry.unlock(sourceId, name, signal),
    'sources.lock': ({ sourceId }, signal) => registry.lock(sourceId, signal),
    'sources.connectUsers': ({ sourceId, place }, signal) => registry.connectUsers(sourceId, place, signal),
    'sources.addCookies': ({ sourceId, ...given }, signal) => registry.fill(sourceId, given, signal),
    'sources.close': async ({ sourceId }) => {
      await registry.close(sourceId)
      return null
    },
    'sources.forget': async ({ target }) => {
      await recent.remove(target)
      return null
    },
  }
}
