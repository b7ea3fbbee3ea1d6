import { onScopeDispose, readonly, shallowRef } from 'vue'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { EncodedValue, SignedText } from '../../../shared/model/decode.ts'
import type { DecodedText } from '../../../shared/model/session.ts'
import { textLikeOf } from '../../../shared/model/text-like.ts'
import type { Input } from '../../../shared/rpc/contract.ts'
import { useClient } from '../rpc/client.ts'

/** What other data has become: a text with a signature, or bytes for a cache. */
export type Made = { readonly kind: 'text'; readonly signed: SignedText } | { readonly kind: 'value'; readonly value: EncodedValue }

export type SignState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'signing' }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }
  | { readonly phase: 'done'; readonly made: Made }

/** Where the keys come from: those of a source, and those typed in. */
export type SigningKeysFrom = Pick<Input<'decoder.sign'>, 'sourceId' | 'keys'>

/** Whether other data can be made into a text or value of the found one's kind. */
export function canMakeLike(text: DecodedText): boolean {
  return textLikeOf(text) !== null || formOf(text) !== null
}

/** Signs other data the way a text was found, or writes it in the form of a found value. */
export function useSign(keys: () => SigningKeysFrom) {
  const client = useClient()
  const state = shallowRef<SignState>({ phase: 'idle' })
  let running: AbortController | null = null

  async function make(data: string, found: DecodedText, signal: AbortSignal): Promise<Made | null> {
    const form = formOf(found)
    if (form !== null) return { kind: 'value', value: await client.call('decoder.encodeValue', { data, before: found.data, form }, signal) }
    const like = textLikeOf(found)
    return like === null ? null : { kind: 'text', signed: await client.call('decoder.sign', { ...keys(), data, like }, signal) }
  }

  async function sign(data: string, found: DecodedText): Promise<void> {
    running?.abort()
    const controller = new AbortController()
    running = controller
    state.value = { phase: 'signing' }
    try {
      const made = await make(data, found, controller.signal)
      if (running === controller) state.value = made === null ? { phase: 'idle' } : { phase: 'done', made }
    } catch (error) {
      if (running !== controller) return
      if (error instanceof CoatcheckError && error.code !== 'CANCELLED') state.value = { phase: 'failed', error }
    }
  }

  function forget(): void {
    running?.abort()
    running = null
    state.value = { phase: 'idle' }
  }

  onScopeDispose(forget)
  return { state: readonly(state) as typeof state, sign, forget }
}

/** null: not the value of a cache that holds a session. */
function formOf({ cache, data }: DecodedText): DecodedText['cache'] {
  return cache === null || data === null || cache.serializer === 'int' || cache.serializer === 'text' ? null : cache
}
