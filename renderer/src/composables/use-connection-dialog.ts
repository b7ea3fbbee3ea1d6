import { computed, nextTick, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { SavedConnection } from '../../../shared/model/connection.ts'
import type { PlaceSecrets } from '../../../shared/model/source.ts'
import { useConnectionsState } from '../state/use-connections-state.ts'
import { useDialogState } from '../state/use-dialog-state.ts'
import { usePlaceState } from '../state/use-place-state.ts'
import { useSourcesState } from '../state/use-sources-state.ts'
import { useConnectionForm } from './use-connection-form.ts'
import { useConnectionTest } from './use-connection-test.ts'
import { useTask } from './use-task.ts'

/** The connection dialog's work: fills its form, tests, saves and opens. */
export function useConnectionDialog() {
  const { t } = useI18n()
  const connections = useConnectionsState()
  const dialog = useDialogState()
  const place = usePlaceState()
  const sources = useSourcesState()
  const form = useConnectionForm()
  const test = useConnectionTest()
  const task = useTask()
  const trusted = shallowRef<string | null>(null)
  /** Saved from this form already, and not opened yet. */
  const madeId = shallowRef<string | null>(null)

  const request = computed(() => (dialog.opened?.kind === 'connect' ? dialog.opened : null))
  const from = computed(() => connections.saved.find(({ id }) => id === request.value?.id) ?? null)
  /** The one that is changed; null: a new one is made. */
  const saved = computed<SavedConnection | null>(() => (madeId.value === null ? (request.value?.copy === true ? null : from.value) : (connections.saved.find(({ id }) => id === madeId.value) ?? null)))
  const groups = computed(() => [...new Set(connections.saved.map(({ group }) => group))].filter((group) => group !== ''))

  watch(request, (opened) => {
    test.forget()
    task.dismiss()
    trusted.value = null
    madeId.value = null
    // What was typed goes with the dialog, its passwords first of all.
    form.reset()
    if (opened === null) return
    void connections.load()
    if (from.value !== null) {
      form.fill(from.value)
      if (opened.copy) form.about.name = t('connections.copyName', { name: from.value.name })
    }
    const source = sources.open.find(({ id }) => id === opened.sourceId)
    if (source !== undefined) form.fill({ ...source, group: '', color: 'none' })
    if (opened.test) void nextTick(runTest)
  })
  watch([form.target, form.secrets], () => {
    trusted.value = null
    test.forget()
  }, { deep: true })

  const secrets = (): PlaceSecrets => ({ ...form.secrets.value, ...(trusted.value === null ? {} : { trustHostKey: trusted.value }) })

  function runTest(): Promise<void> {
    return test.run({ target: form.target.value, ...secrets(), ...(saved.value === null ? {} : { savedId: saved.value.id }) })
  }

  async function trust(fingerprint: string): Promise<void> {
    trusted.value = fingerprint
    await runTest()
  }

  /** What cannot be opened stays saved: the dialog says why, and another try changes it. */
  async function save(): Promise<void> {
    await task.run(async () => {
      const { trustHostKey, ...kept } = secrets()
      const { about } = form
      const draft = { name: form.name.value, group: about.group.trim(), color: about.color, environment: form.environment.value, target: form.target.value, clock: from.value?.clock ?? null }
      const fromSource = request.value?.sourceId ?? null
      const made = await connections.save({ id: saved.value?.id ?? null, connection: draft, ...kept, keepSecrets: form.keep.value, ...(fromSource === null ? {} : { fromSource }) })
      madeId.value = made.id
      const source = await connections.open({ id: made.id, ...kept, ...(trustHostKey === undefined ? {} : { trustHostKey }) })
      place.go({ kind: 'source', id: source.id })
      dialog.close()
    })
  }

  return { form, test, task, saved, groups, isOpen: computed(() => request.value !== null), runTest, trust, save }
}

/** Opens a saved connection. Where that fails, the dialog comes up and a test shows what is in the way. */
export function useSavedOpener() {
  const connections = useConnectionsState()
  const dialog = useDialogState()
  const place = usePlaceState()
  const opening = shallowRef<string | null>(null)

  async function open({ id }: SavedConnection): Promise<void> {
    if (opening.value !== null) return
    opening.value = id
    try {
      const source = await connections.open({ id })
      place.go({ kind: 'source', id: source.id })
    } catch {
      dialog.askConnection({ id, test: true })
    } finally {
      opening.value = null
    }
  }

  return { opening, open }
}

export type SavedAction = 'edit' | 'duplicate' | 'up' | 'down' | 'remove'

/** What is done with a saved connection besides opening it. */
export function useSavedActions(): (action: SavedAction, connection: SavedConnection) => void {
  const connections = useConnectionsState()
  const dialog = useDialogState()
  return (action, { id }) => {
    if (action === 'edit') dialog.askConnection({ id })
    else if (action === 'duplicate') dialog.askConnection({ id, copy: true })
    else if (action === 'remove') void connections.remove(id)
    else void connections.move(id, action === 'up' ? -1 : 1)
  }
}
