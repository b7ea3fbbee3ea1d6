import { onScopeDispose, readonly, ref, shallowRef, watch } from 'vue'
import { CoatcheckError } from '../../../shared/errors.ts'
import { mostPasteChars } from '../../../shared/limits.ts'
import type { DecodeReport } from '../../../shared/model/decode.ts'
import { useClient } from '../rpc/client.ts'
import type { SigningKeysFrom } from './use-sign.ts'

export type DecodeState =
  | { readonly phase: 'empty' }
  | { readonly phase: 'decoding' }
  | { readonly phase: 'too-large'; readonly chars: number }
  | { readonly phase: 'failed'; readonly error: CoatcheckError }
  /** `text` is what the spans of the report count in. */
  | { readonly phase: 'done'; readonly report: DecodeReport; readonly text: string }

/** Rest after the last key press, in milliseconds: a paste feels instant, typing does not flood. */
const REST_MS = 120

/** Decodes while one types; a newer text stops the older call. Keys typed in stay in this scope and are sent nowhere else. */
export function useDecode(options: { readonly sourceId: () => string | null }) {
  const client = useClient()
  const text = ref('')
  const extraKeys = shallowRef<readonly string[]>([])
  const state = shallowRef<DecodeState>({ phase: 'empty' })
  let running: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  async function decode(): Promise<void> {
    running?.abort()
    const controller = new AbortController()
    running = controller
    const pasted = text.value
    if (pasted.trim() === '') state.value = { phase: 'empty' }
    else if (pasted.length > mostPasteChars(pasted)) state.value = { phase: 'too-large', chars: pasted.length }
    else {
      if (state.value.phase !== 'done') state.value = { phase: 'decoding' }
      try {
        const report = await client.call('decoder.decode', request(pasted), controller.signal)
        if (running === controller) state.value = { phase: 'done', report, text: pasted }
      } catch (error) {
        if (running !== controller) return
        if (error instanceof CoatcheckError && error.code !== 'CANCELLED') state.value = { phase: 'failed', error }
      }
    }
  }

  function request(pasted: string) {
    return { text: pasted, ...keysFrom() }
  }

  function keysFrom(): SigningKeysFrom {
    const [secretKey, ...fallbacks] = extraKeys.value
    return { sourceId: options.sourceId(), ...(secretKey === undefined ? {} : { keys: { secretKey, fallbacks } }) }
  }

  watch([text, options.sourceId, extraKeys], ([now], [before]) => {
    clearTimeout(timer)
    // A paste, a clearing or another key is one deed: no need to wait for more.
    const isTyping = Math.abs(now.length - before.length) === 1
    if (isTyping) timer = setTimeout(() => void decode(), REST_MS)
    else void decode()
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    running?.abort()
  })

  return {
    text, state: readonly(state) as typeof state, extraKeyCount: () => extraKeys.value.length, keysFrom, retry: decode,
    addKey: (key: string) => { extraKeys.value = [...extraKeys.value, key] },
    forgetKeys: () => { extraKeys.value = [] },
  }
}
