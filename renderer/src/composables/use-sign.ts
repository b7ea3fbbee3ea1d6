import { onScopeDispose, readonly, shallowRef } from 'vue'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { SignedText, TextLike } from '../../../shared/model/decode.ts'
import type { Input } from '../../../shared/rpc/contract.ts'
import { useClient } from '../rpc/client.ts'

export type SignState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'signing' }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }
  | { readonly phase: 'done'; readonly signed: SignedText }

/** Where the keys come from: those of a source, and those typed in. */
export type SigningKeysFrom = Pick<Input<'decoder.sign'>, 'sourceId' | 'keys'>

/** Signs other data the way a text was found. */
export function useSign(keys: () => SigningKeysFrom) {
  const client = useClient()
  const state = shallowRef<SignState>({ phase: 'idle' })
  let running: AbortController | null = null

  async function sign(data: string, like: TextLike): Promise<void> {
    running?.abort()
    const controller = new AbortController()
    running = controller
    state.value = { phase: 'signing' }
    try {
      const signed = await client.call('decoder.sign', { ...keys(), data, like }, controller.signal)
      if (running === controller) state.value = { phase: 'done', signed }
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
