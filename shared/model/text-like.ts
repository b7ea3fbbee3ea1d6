import type { TextLike } from './decode.ts'
import type { DecodedText } from './session.ts'

/**
 * What is kept of a found text for signing again. null: Django does not sign such a text, so there is nothing to sign again.
 * Beside the schema, not with it: pages import no validator, whose code the content security policy of the window refuses.
 */
export function textLikeOf({ format, salt, serializer, habit, signature, data }: DecodedText): TextLike | null {
  if ((format !== 'django-signed' && format !== 'django-legacy') || habit === null) return null
  return { format, salt: signature.state === 'valid' ? salt : null, serializer: serializer === 'pickle' ? 'pickle' : 'json', habit, keyName: signature.verifiedBy, data }
}
