import type { Handlers } from '../../../shared/rpc/contract.ts'
import type { Services } from './services.ts'

type SourceHandlers = Pick<Handlers, 'sources.list' | 'sources.open' | 'sources.setKeys' | 'sources.setClock' | 'sources.close' | 'sources.forget'>

export function sourceHandlers(services: Services): SourceHandlers {
  const { registry, recent, clock } = services
  return {
    'sources.list': async () => ({ open: registry.list(), recent: await recent.list() }),
    'sources.open': async ({ target, keys, clock: storeClock, password, cookies }, signal) => {
      const source = await registry.open(target, { keys, clock: storeClock, password, cookies }, signal)
      // A list of recent places that cannot be written is no reason to refuse the place itself.
      if (source.target.kind !== 'pasted') await recent.add({ target: source.target, name: source.name, location: source.location }, clock()).catch(() => undefined)
      return source
    },
    'sources.setKeys': ({ sourceId, keys }) => registry.setKeys(sourceId, keys),
    'sources.setClock': ({ sourceId, clock: storeClock }, signal) => registry.setClock(sourceId, storeClock, signal),
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
