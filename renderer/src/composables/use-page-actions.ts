import { BrushCleaning, ChartColumn } from '@lucide/vue'
import { useI18n } from 'vue-i18n'
import { usePlaceState } from '../state/use-place-state.ts'
import { useActions } from './use-actions.ts'

/** The pages of the source on show, for the palette. */
export function usePageActions(): void {
  const { t } = useI18n()
  const place = usePlaceState()
  useActions(() => {
    const { source, page } = place
    if (source === null) return []
    const isBlocked = source.capabilities.enumerate === 'none'
    return [
      { id: 'show-clean-up', group: 'source', icon: BrushCleaning, note: source.name, isOn: page === 'clean-up', run: () => place.go({ kind: 'source', id: source.id, page: 'clean-up' }) },
      { id: 'show-summary', group: 'source', icon: ChartColumn, note: source.name, isOn: page === 'summary', blocked: isBlocked ? t('overview.summary.unlisted') : null, run: () => place.go({ kind: 'source', id: source.id, page: 'summary' }) },
    ]
  })
}
