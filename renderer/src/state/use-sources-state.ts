import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { deserializeError } from '../../../shared/errors.ts'
import type { CoatcheckError } from '../../../shared/errors.ts'
import type { AppEvent } from '../../../shared/model/app.ts'
import type { RecentSource, Source, SourceId, SourceTarget } from '../../../shared/model/source.ts'
import type { Input } from '../../../shared/rpc/contract.ts'
import { useClient } from '../rpc/client.ts'

/** Which sources are open, were open, and what happened to them. */
export const useSourcesState = defineStore('sources', () => {
  const client = useClient()
  const open = shallowRef<readonly Source[]>([])
  const recent = shallowRef<readonly RecentSource[]>([])
  /** Sources whose worker has ended by itself, with the reason. */
  const lost = shallowRef<ReadonlyMap<SourceId, CoatcheckError>>(new Map())
  /** Grows whenever a source's sessions, keys or clock changed through Coatcheck. */
  const revisions = shallowRef<ReadonlyMap<SourceId, number>>(new Map())

  async function load(): Promise<void> {
    const listed = await client.call('sources.list', {})
    open.value = listed.open
    recent.value = listed.recent
  }

  async function openSource(input: Input<'sources.open'>, signal?: AbortSignal): Promise<Source> {
    const source = await client.call('sources.open', input, signal)
    await adopt(source)
    return source
  }

  async function setKeys(input: Input<'sources.setKeys'>): Promise<void> {
    put(await client.call('sources.setKeys', input))
  }

  async function setClock(input: Input<'sources.setClock'>): Promise<void> {
    put(await client.call('sources.setClock', input))
  }

  async function addCookies(input: Input<'sources.addCookies'>): Promise<void> {
    put(await client.call('sources.addCookies', input))
  }

  async function setEnvironment(input: Input<'sources.setEnvironment'>): Promise<void> {
    put(await client.call('sources.setEnvironment', input))
  }

  async function unlock(input: Input<'sources.unlock'>): Promise<void> {
    put(await client.call('sources.unlock', input))
  }

  async function lock(sourceId: SourceId): Promise<void> {
    put(await client.call('sources.lock', { sourceId }))
  }

  async function connectUsers(input: Input<'sources.connectUsers'>): Promise<void> {
    put(await client.call('sources.connectUsers', input))
  }

  /** Takes up a source that was opened by another call. */
  async function adopt(source: Source): Promise<void> {
    forgetLoss(source.id)
    put(source)
    await load()
  }

  async function close(sourceId: SourceId): Promise<void> {
    await client.call('sources.close', { sourceId })
    forgetLoss(sourceId)
    await load()
  }

  async function forget(target: SourceTarget): Promise<void> {
    await client.call('sources.forget', { target })
    await load()
  }

  async function take(event: AppEvent): Promise<void> {
    if (event.kind === 'source-lost') lost.value = new Map(lost.value).set(event.sourceId, deserializeError(event.error))
    else {
      if (event.kind === 'source-changed') revisions.value = new Map(revisions.value).set(event.sourceId, revision(event.sourceId) + 1)
      await load()
    }
  }

  function revision(id: SourceId): number {
    return revisions.value.get(id) ?? 0
  }

  function put(source: Source): void {
    const known = open.value.some(({ id }) => id === source.id)
    open.value = known ? open.value.map((other) => (other.id === source.id ? source : other)) : [...open.value, source]
  }

  function forgetLoss(id: SourceId): void {
    const rest = new Map(lost.value)
    if (rest.delete(id)) lost.value = rest
  }

  return { open, recent, lost, load, openSource, setKeys, setClock, addCookies, setEnvironment, unlock, lock, connectUsers, adopt, close, forget, take, revision }
})
