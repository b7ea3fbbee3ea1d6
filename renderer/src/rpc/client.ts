import { inject } from 'vue'
import type { InjectionKey } from 'vue'
import type { Client } from '../../../shared/rpc/client.ts'

export const CLIENT: InjectionKey<Client> = Symbol('client')

/** The way to the core, for state and composables. It stays the same object when the line is made anew. */
export function useClient(): Client {
  const client = inject(CLIENT)
  if (client === undefined) throw new Error('No client is provided: the app is not connected yet.')
  return client
}
