import { Database, Ticket } from '@lucide/vue'
import { useI18n } from 'vue-i18n'
import { ACTIONS } from '../../../shared/actions.ts'
import type { PaletteEntry } from './palette-results.ts'
import { readSessionKey } from './palette-results.ts'
import { spellKeys } from '../format/key-names.ts'
import { maskKey } from '../format/session-key.ts'
import type { Action } from '../state/use-action-state.ts'
import { useActionState } from '../state/use-action-state.ts'
import { usePlaceState } from '../state/use-place-state.ts'
import { useSourcesState } from '../state/use-sources-state.ts'
import { useOpenSource } from './use-open-source.ts'

/** What is nearest comes first. */
const NEAREST: readonly Action['group'][] = ['session', 'value', 'source', 'app']

/** Not where the next key press or click lands by mistake: last of its group. */
const removes = ({ id }: Action): boolean => id === 'delete-sessions'

/** What the palette offers: actions of the screens on show, sources that are or were open, and the session whose key was typed. */
export function usePaletteEntries(isMac: () => boolean): (typed: string) => readonly PaletteEntry[] {
  const { t } = useI18n()
  const actions = useActionState()
  const place = usePlaceState()
  const sources = useSourcesState()
  const opener = useOpenSource()

  function fromAction(action: Action): PaletteEntry {
    const { keys } = ACTIONS[action.id]
    return {
      id: action.id,
      group: t(`actions.group.${action.group}`),
      title: t(`actions.title.${action.id}`, { count: action.count ?? 1 }, action.count ?? 1),
      icon: action.icon,
      note: action.note ?? null,
      mark: action.isReviewed === true ? t('actions.reviewFirst') : action.isOn === true ? t('actions.isOn') : null,
      keys: keys === null ? null : spellKeys(keys, isMac()),
      blocked: action.blocked ?? null,
      run: action.run,
    }
  }

  function sourceEntries(): PaletteEntry[] {
    const base = { group: t('actions.group.sources'), icon: Database, keys: null, blocked: null }
    const open = sources.open.map((source): PaletteEntry => ({
      ...base, id: `source-${source.id}`, title: t('actions.goTo', { name: source.name }), note: source.location, mark: t('actions.current'), run: () => place.go({ kind: 'source', id: source.id }),
    }))
    const places = new Set(sources.open.map(({ target }) => JSON.stringify(target)))
    const recent = sources.recent.filter(({ present, target }) => present && !places.has(JSON.stringify(target))).map((source, index): PaletteEntry => ({
      ...base, id: `recent-${index}`, title: t('actions.goTo', { name: source.name }), note: source.location, mark: t('actions.recent'), run: () => void opener.openTarget(source.target, source.name),
    }))
    return [...open, ...recent]
  }

  /** Its title is what was typed, so that it is found. */
  function keyEntries(typed: string): PaletteEntry[] {
    const key = readSessionKey(typed)
    const { source } = place
    if (key === null || source === null) return []
    return [{
      id: 'session-key', group: t('actions.group.keys'), title: typed.trim(), icon: Ticket, isMono: true, keys: null, blocked: null, mark: null,
      note: `${t('actions.goToKey', { key: maskKey(key) })}, ${t('actions.checkKey', { name: source.name })}`,
      run: () => { place.handedKey = key },
    }]
  }

  return (typed) => [...keyEntries(typed), ...actions.all.filter(({ id }) => id !== 'palette').sort((a, b) => NEAREST.indexOf(a.group) - NEAREST.indexOf(b.group) || Number(removes(a)) - Number(removes(b))).map(fromAction), ...sourceEntries()]
}
