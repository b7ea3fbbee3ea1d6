import { CoatcheckError } from '../../../shared/errors.ts'
import type { AppEvent } from '../../../shared/model/app.ts'
import type { Handlers } from '../../../shared/rpc/contract.ts'
import { listFolder } from '../../core/sources/list-folder.ts'
import type { Services } from './services.ts'

type AppHandlers = Pick<Handlers, 'app.facts' | 'app.events' | 'preferences.read' | 'preferences.write' | 'files.list' | 'files.choose'>

export function appHandlers(services: Services): AppHandlers {
  return {
    'app.facts': async () => services.facts,
    'app.events': (_input, signal) => {
      // The page is there: what it will show first is next.
      services.warm()
      return events(services, signal)
    },
    'preferences.read': () => services.preferences.read(),
    'preferences.write': (changed) => services.preferences.update((value) => ({ ...value, ...withoutUndefined(changed) })),
    'files.list': ({ folder }, signal) => {
      // Who looks for a file is about to open it.
      services.warm()
      return listFolder(folder ?? services.facts.homeFolder, signal)
    },
    'files.choose': async () => {
      if (services.chooseFile === null) throw new CoatcheckError('STORE_UNSUPPORTED', 'app.noFileDialog', { hint: 'next.typePath' })
      return { path: await services.chooseFile() }
    },
  }
}

async function* events(services: Services, signal: AbortSignal): AsyncGenerator<AppEvent> {
  const queue: AppEvent[] = []
  let wake: () => void = () => undefined
  const stop = services.registry.onEvent((event) => {
    queue.push(event)
    wake()
  })
  const onAbort = (): void => wake()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      const event = queue.shift()
      if (event !== undefined) yield event
      else await new Promise<void>((resolve) => { wake = resolve })
    }
  } finally {
    stop()
    signal.removeEventListener('abort', onAbort)
  }
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
