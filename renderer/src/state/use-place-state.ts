import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { CoatcheckError } from '../../../shared/errors.ts'
import type { ProjectPage } from '../../../shared/model/project.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { Source, SourceId, SourcePage } from '../../../shared/model/source.ts'
import { useSourcesState } from './use-sources-state.ts'

export type Place = { readonly kind: 'welcome' } | { readonly kind: 'decoder' } | { readonly kind: 'trash' }
  /** `page` left out: its sessions. */
  | { readonly kind: 'source'; readonly id: SourceId; readonly page?: SourcePage }
  /** `folder`: the project's real one. `failure`: why its store did not open; null: none was tried, or it waits for people. */
  | { readonly kind: 'project'; readonly folder: string; readonly page: ProjectPage; readonly failure: CoatcheckError | null }

/** Where the user is. */
export const usePlaceState = defineStore('place', () => {
  const sources = useSourcesState()
  const wanted = shallowRef<Place>({ kind: 'welcome' })
  /** Text on its way to the decoder: dropped, or handed over from elsewhere. */
  const handedText = shallowRef<string | null>(null)
  /** A path to open as soon as the window can, and the session to show in it. */
  const handedPath = shallowRef<string | null>(null)
  const handedKey = shallowRef<SessionKey | null>(null)

  /** A link that was refused, until people were told. */
  const refusal = shallowRef<CoatcheckError | null>(null)

  /** Which sessions the page "Clean up" is to begin with, by a query; null: the usual. */
  const handedQuery = shallowRef<string | null>(null)

  /** A source that was closed elsewhere is no place any more: the next one is, or the welcome screen. */
  const place = computed<Place>(() => {
    const { value } = wanted
    if (value.kind !== 'source' || sources.open.some(({ id }) => id === value.id)) return value
    const next = sources.open[0]
    return next === undefined ? { kind: 'welcome' } : { kind: 'source', id: next.id }
  })
  const source = computed<Source | null>(() => {
    const { value } = place
    return value.kind === 'source' ? (sources.open.find(({ id }) => id === value.id) ?? null) : null
  })
  /** Which page of the source is on show. */
  const page = computed<SourcePage>(() => (place.value.kind === 'source' ? (place.value.page ?? 'sessions') : 'sessions'))
  /** Folder of the project on show, by its page or by a store of it; null: none. */
  const projectFolder = computed<string | null>(() => (place.value.kind === 'project' ? place.value.folder : (source.value?.project?.folder ?? null)))

  function go(to: Place): void {
    wanted.value = to
  }

  function goToProject(folder: string, page: ProjectPage, failure: CoatcheckError | null = null): void {
    go({ kind: 'project', folder, page, failure })
  }

  function refuse(error: CoatcheckError): void {
    refusal.value = error
  }

  function clean(id: SourceId, where: string): void {
    handedQuery.value = where
    go({ kind: 'source', id, page: 'clean-up' })
  }

  function decode(text: string): void {
    handedText.value = text
    go({ kind: 'decoder' })
  }

  return { place, source, page, projectFolder, handedText, handedPath, handedKey, handedQuery, refusal, go, goToProject, clean, refuse, decode }
})
