import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { DEFAULT_PREFERENCES } from '../../../shared/model/default-preferences.ts'
import type { Preferences } from '../../../shared/model/app.ts'
import { useClient } from '../rpc/client.ts'

/** Dragging a splitter changes a width many times a second; one write follows when it rests. In milliseconds. */
const REST_MS = 400

/** What the user prefers. Changes show at once and are written a moment later. */
export const usePreferencesState = defineStore('preferences', () => {
  const client = useClient()
  const preferences = shallowRef<Preferences>(DEFAULT_PREFERENCES)
  let unwritten: Partial<Preferences> = {}
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read(): Promise<void> {
    const stored = await client.call('preferences.read', {})
    preferences.value = { ...stored, ...unwritten }
  }

  function change(changed: Partial<Preferences>): void {
    preferences.value = { ...preferences.value, ...changed }
    unwritten = { ...unwritten, ...changed }
    clearTimeout(timer)
    timer = setTimeout(write, REST_MS)
  }

  function write(): void {
    const changed = unwritten
    unwritten = {}
    // Preferences that cannot be kept still hold for this window; nothing else depends on the write.
    client.call('preferences.write', changed).catch(() => undefined)
  }

  return { preferences, read, change }
})
