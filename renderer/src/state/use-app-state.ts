import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { AppFacts } from '../../../shared/model/app.ts'
import { useClient } from '../rpc/client.ts'

/** Facts about the running program. null until they are read. */
export const useAppState = defineStore('app', () => {
  const client = useClient()
  const facts = shallowRef<AppFacts | null>(null)

  async function read(): Promise<AppFacts> {
    const read = await client.call('app.facts', {})
    facts.value = read
    return read
  }

  return { facts, read }
})
