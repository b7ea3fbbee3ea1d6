import { ShieldQuestionMark, SlidersHorizontal, Stethoscope } from '@lucide/vue'
import { useI18n } from 'vue-i18n'
import { useDialogState } from '../state/use-dialog-state.ts'
import { usePlaceState } from '../state/use-place-state.ts'
import { useProjectsState } from '../state/use-projects-state.ts'
import { useActions } from './use-actions.ts'

/** What can be done with the project on show, or with the one whose store is. */
export function useProjectActions(): void {
  const { t } = useI18n()
  const dialog = useDialogState()
  const place = usePlaceState()
  const projects = useProjectsState()

  useActions(() => {
    const { projectFolder: folder } = place
    if (folder === null) return []
    const report = projects.reportOf(folder)
    const name = report?.project.name ?? null
    const blocked = report === null ? t('projectView.reading') : null
    const isTrusted = report?.trust?.isGranted === true
    return [
      { id: 'show-doctor', group: 'source', icon: Stethoscope, note: name, run: () => place.goToProject(folder, 'doctor') },
      { id: 'show-settings', group: 'source', icon: SlidersHorizontal, note: name, run: () => place.goToProject(folder, 'settings') },
      { id: 'trust-project', group: 'source', icon: ShieldQuestionMark, note: name, isOn: isTrusted, blocked, run: () => (isTrusted ? place.goToProject(folder, 'stores') : dialog.askTrust(folder)) },
    ]
  })
}
