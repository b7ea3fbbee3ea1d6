import type { Ref } from 'vue'
import type { CoatcheckError } from '../../../shared/errors.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import type { WhyReport } from '../../../shared/model/why.ts'
import type { Input } from '../../../shared/rpc/contract.ts'
import { useAnswer } from './use-answer.ts'

export interface Why {
  readonly report: Readonly<Ref<WhyReport | null>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  ask(): Promise<void>
}

/** Asks why a session is logged in or not, anew whenever it may have changed (`revision`). */
export function useWhy(subject: () => { readonly sourceId: SourceId; readonly key: SessionKey; readonly revision: unknown }): Why {
  const { value, ...rest } = useAnswer(subject, (client, { sourceId, key }, signal) => client.call('sessions.why', { sourceId, key }, signal), (now, before) => now.key === before.key && now.sourceId === before.sourceId)
  return { report: value, ...rest }
}

/** Asks why what was pasted logs nobody in, anew for another text or site. null: nothing is to be asked. */
export function usePastedWhy(subject: () => Input<'sessions.whyCookie'> | null): Why {
  const { value, ...rest } = useAnswer(subject, async (client, input, signal) => (input === null ? null : client.call('sessions.whyCookie', input, signal)), () => false)
  return { report: value, ...rest }
}
