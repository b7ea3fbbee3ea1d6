import { shallowRef } from 'vue'
import { LIMITS } from '../../../shared/limits.ts'
import { isJarName } from '../../../shared/model/jar-name.ts'
import { useDialogState } from '../state/use-dialog-state.ts'
import { usePlaceState } from '../state/use-place-state.ts'
import type { OpenSource } from './use-open-source.ts'
import { pathOfDropped } from './use-shell-requests.ts'

/** Opens what was dropped: by its path where that is known; else, of a file of cookies, what is in it. Other files are asked for by their path. */
export function useDroppedFile(opener: OpenSource) {
  const dialog = useDialogState()
  const place = usePlaceState()
  /** Name of a file that was dropped without its path. */
  const pathless = shallowRef<string | null>(null)

  async function take(file: File): Promise<void> {
    const path = pathOfDropped(file)
    pathless.value = null
    if (path !== null) place.handedPath = path
    else if (holdsCookieText(file)) await opener.openCookies(await file.text())
    else {
      pathless.value = file.name
      dialog.askPath()
    }
  }

  return { pathless, take }
}

/** A HAR file or a cookies.txt: text, which needs no path. `cookies.sqlite` is a database, which the core opens where it is. */
export function holdsCookieText(file: File): boolean {
  return isJarName(file.name) && !file.name.toLowerCase().endsWith('.sqlite') && file.size <= LIMITS.harChars
}
