import type { SerializerId, Signature } from '../../../../shared/model/session.ts'

/** How a signature is shown in a row: a word, and a longer text that says which key, or why not. */
export interface SignatureMark {
  readonly mark: 'key' | 'fallback' | 'bad' | 'unchecked' | 'absent'
  /** Id under `workbench.signedTitle`. */
  readonly title: string
}

/** `serializer`: of the data, if it can be read. Readable without a signature is only the value of a cache. */
export function toSignatureMark({ state, verifiedBy, reason }: Signature, serializer: SerializerId | null): SignatureMark {
  // `too-old` is well signed, and refused all the same.
  if (state === 'valid' && reason === null) return verifiedBy === 'SECRET_KEY' || verifiedBy === null ? { mark: 'key', title: 'key' } : { mark: 'fallback', title: 'fallback' }
  if (state === 'absent' && serializer !== null) return { mark: 'absent', title: 'unsigned' }
  if (state === 'unchecked' || state === 'absent') return { mark: state, title: state }
  return { mark: 'bad', title: reason ?? 'bad' }
}
