import type { Source } from '../../../shared/model/source.ts'
import { useDialogState } from '../state/use-dialog-state.ts'
import { useSourcesState } from '../state/use-sources-state.ts'

/** Closes a source. What was pasted is kept nowhere else: people are asked first. */
export function useCloseSource(): (source: Source) => void {
  const dialog = useDialogState()
  const sources = useSourcesState()
  return ({ id, target }) => {
    if (target.kind === 'pasted' && !sources.lost.has(id)) dialog.askClose(id)
    else void sources.close(id)
  }
}
