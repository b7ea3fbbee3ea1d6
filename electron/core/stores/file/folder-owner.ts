import { statSync } from 'node:fs'
import { translateFolderError } from './folder-errors.ts'

/** Who has to own a new file so that the site can read it: the owner of the folder. null: it is everybody's, like /tmp, and tells nothing. */
export function ownerOfNew(folder: string): number | null {
  try {
    const { mode, uid } = statSync(folder)
    return (mode & 0o002) === 0 ? uid : null
  } catch (error) {
    throw translateFolderError(error, folder)
  }
}
