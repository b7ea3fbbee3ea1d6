import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { SourceId } from '../../../shared/model/source.ts'

export type OpenedDialog =
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'keys' | 'clock' | 'unlock' | 'cookies' | 'close'; readonly sourceId: SourceId }
  /** `folder`: the project's real one. */
  | { readonly kind: 'trust'; readonly folder: string }
  /** `id`: a saved one, to be changed or copied. `sourceId`: an open one, to be saved. `test`: it is tested at once. */
  | { readonly kind: 'connect'; readonly id: string | null; readonly copy: boolean; readonly sourceId: SourceId | null; readonly test: boolean }

/** Which of the app's own dialogs is open; one at most. */
export const useDialogState = defineStore('dialog', () => {
  const opened = shallowRef<OpenedDialog | null>(null)
  return {
    opened,
    askPath: (path = '') => { opened.value = { kind: 'open', path } },
    askKeys: (sourceId: SourceId) => { opened.value = { kind: 'keys', sourceId } },
    askClock: (sourceId: SourceId) => { opened.value = { kind: 'clock', sourceId } },
    askCookies: (sourceId: SourceId) => { opened.value = { kind: 'cookies', sourceId } },
    askUnlock: (sourceId: SourceId) => { opened.value = { kind: 'unlock', sourceId } },
    askClose: (sourceId: SourceId) => { opened.value = { kind: 'close', sourceId } },
    askConnection: ({ id = null, copy = false, sourceId = null, test = false }: { readonly id?: string | null; readonly copy?: boolean; readonly sourceId?: SourceId | null; readonly test?: boolean } = {}) => { opened.value = { kind: 'connect', id, copy, sourceId, test } },
    askTrust: (folder: string) => { opened.value = { kind: 'trust', folder } },
    close: () => { opened.value = null },
  }
})
