import { shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import { useClient } from '../rpc/client.ts'
import type { LinkStatus } from '../rpc/lasting-client.ts'
import { useAppState } from '../state/use-app-state.ts'
import { useConnectionsState } from '../state/use-connections-state.ts'
import { usePlaceState } from '../state/use-place-state.ts'
import { usePreferencesState } from '../state/use-preferences-state.ts'
import { useSourcesState } from '../state/use-sources-state.ts'

export interface AppStart {
  readonly ready: Readonly<Ref<boolean>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
}

/** Reads what the window needs whenever the line is made, and listens to what happens. A path to open at the start is handed to the place. */
export function useAppStart(status: Readonly<Ref<LinkStatus>>, linkedPath: string | null): AppStart {
  const client = useClient()
  const app = useAppState()
  const preferences = usePreferencesState()
  const sources = useSourcesState()
  const connections = useConnectionsState()
  const place = usePlaceState()
  const ready = shallowRef(false)
  const failure = shallowRef<CoatcheckError | null>(null)

  async function start(): Promise<void> {
    failure.value = null
    try {
      const [facts] = await Promise.all([app.read(), preferences.read(), sources.load(), connections.load()])
      void listen()
      if (ready.value) return
      const { lastPlace, lastSource } = preferences.preferences
      const first = sources.open.find(({ id }) => id === lastSource) ?? sources.open[0]
      if (lastPlace === 'decoder') place.go({ kind: 'decoder' })
      else if (first !== undefined) place.go({ kind: 'source', id: first.id })
      // Opened by the first window; another one, or this one loaded again, finds it open.
      place.handedPath = linkedPath ?? (first === undefined ? facts.openAtStart : null)
      ready.value = true
    } catch (error) {
      failure.value = toError(error)
    }
  }

  async function listen(): Promise<void> {
    try {
      for await (const event of client.stream('app.events', {})) await sources.take(event)
    } catch (error) {
      // A broken line is shown by its status, and the next one listens again.
      if (toError(error).code !== 'CONNECT_LOST') failure.value = toError(error)
    }
  }

  // Sources that need a connection are not opened again by themselves: only what is open, or needs none, is gone back to.
  watch(() => place.place, (now) => {
    if (!ready.value || (now.kind !== 'source' && now.kind !== 'decoder')) return
    preferences.change(now.kind === 'source' ? { lastPlace: 'source', lastSource: now.id } : { lastPlace: 'decoder' })
  })

  watch(() => status.value.kind, (kind) => {
    if (kind === 'connected') void start()
  }, { immediate: true })
  return { ready, failure }
}

function toError(error: unknown): CoatcheckError {
  return error instanceof CoatcheckError ? error : unexpected(error)
}
