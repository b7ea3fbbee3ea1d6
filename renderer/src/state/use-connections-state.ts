import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { SavedConnection, VaultState } from '../../../shared/model/connection.ts'
import type { Source } from '../../../shared/model/source.ts'
import type { Input } from '../../../shared/rpc/contract.ts'
import { useClient } from '../rpc/client.ts'
import { useSourcesState } from './use-sources-state.ts'

/** Saved connections, and where their passwords are kept. No password is ever here. */
export const useConnectionsState = defineStore('connections', () => {
  const client = useClient()
  const sources = useSourcesState()
  const saved = shallowRef<readonly SavedConnection[]>([])
  const vault = shallowRef<VaultState>({ kind: 'memory', why: 'no-keychain', locked: false })

  async function load(): Promise<void> {
    const listed = await client.call('connections.list', {})
    saved.value = listed.connections
    vault.value = listed.vault
  }

  async function save(input: Input<'connections.save'>): Promise<SavedConnection> {
    const connection = await client.call('connections.save', input)
    await load()
    return connection
  }

  async function open(input: Input<'connections.open'>, signal?: AbortSignal): Promise<Source> {
    const source = await client.call('connections.open', input, signal)
    await sources.adopt(source)
    return source
  }

  async function remove(id: string): Promise<void> {
    await client.call('connections.remove', { id })
    await load()
  }

  /** Puts one before or after its neighbour. */
  async function move(id: string, by: -1 | 1): Promise<void> {
    const ids = saved.value.map((one) => one.id)
    const from = ids.indexOf(id)
    const to = from + by
    if (from < 0 || to < 0 || to >= ids.length) return
    ids.splice(from, 1)
    ids.splice(to, 0, id)
    await client.call('connections.reorder', { ids })
    await load()
  }

  async function unlockVault(passphrase: string): Promise<void> {
    vault.value = await client.call('vault.unlock', { passphrase })
    await load()
  }

  return { saved, vault, load, save, open, remove, move, unlockVault }
})
