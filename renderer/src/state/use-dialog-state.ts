import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { SourceId } from '../../../shared/model/source.ts'

export type OpenedDialog =
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'keys' | 'clock'; readonly sourceId: SourceId }

/** Which of the app's own dialogs is open; one at most. */
export const useDialogState = defineStore('dialog', () => {
  const opened = shallowRef<OpenedDialog | null>(null)
  return {
    opened,
    askPath: (path = '') => { opened.value = { kind: 'open', path } },
    askKeys: (sourceId: SourceId) => { opened.value = { kind: 'keys', sourceId } },
    askClock: (sourceId: SourceId) => { opened.value = { kind: 'clock', sourceId } },
    close: () => { opened.value = null },
  }
})
