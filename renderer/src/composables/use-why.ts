import { computed } from 'vue'
import type { Ref } from 'vue'
import type { CoatcheckError } from '../../../shared/errors.ts'
import type { SessionDetail, SessionKey } from '../../../shared/model/session.ts'
import type { Source, SourceId } from '../../../shared/model/source.ts'
import type { WhyReport } from '../../../shared/model/why.ts'
import type { Input } from '../../../shared/rpc/contract.ts'
import { useAnswer } from './use-answer.ts'

export interface Why {
  readonly report: Readonly<Ref<WhyReport | null>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  ask(): Promise<void>
}

/** Asks why a session is logged in or not, anew whenever it may have changed (`revision`). null: nothing is to be asked. */
function useWhy(subject: () => { readonly sourceId: SourceId; readonly key: SessionKey; readonly revision: unknown } | null): Why {
  const { value, ...rest } = useAnswer(subject, async (client, asked, signal) => (asked === null ? null : client.call('sessions.why', { sourceId: asked.sourceId, key: asked.key }, signal)), (now, before) => now?.key === before?.key && now?.sourceId === before?.sourceId)
  return { report: value, ...rest }
}

/**
 * Of a session that the store holds as live, only Django's own questions tell whether it still logs its user in: they are asked as soon as it is
 * shown, of others when `isAsked`. `loggedOut`: the answer for such a session that logs nobody in any more; null: it does, or is not known yet.
 */
export function useLogin(of: { source(): Source; session(): SessionDetail | null; isAsked(): boolean }): { readonly why: Why; readonly loggedOut: Readonly<Ref<WhyReport | null>> } {
  const hasLogin = computed(() => of.session()?.row.state === 'live' && of.session()?.row.userId !== null)
  const asks = computed(() => hasLogin.value || of.isAsked())
  const why = useWhy(() => {
    const [source, session] = [of.source(), of.session()]
    return session !== null && asks.value ? { sourceId: source.id, key: session.row.key, revision: [session, source] } : null
  })
  return { why, loggedOut: computed(() => (hasLogin.value && why.report.value?.verdict === 'logged-out' ? why.report.value : null)) }
}

/** Asks why what was pasted logs nobody in, anew for another text or site. null: nothing is to be asked. */
export function usePastedWhy(subject: () => Input<'sessions.whyCookie'> | null): Why {
  const { value, ...rest } = useAnswer(subject, async (client, input, signal) => (input === null ? null : client.call('sessions.whyCookie', input, signal)), () => false)
  return { report: value, ...rest }
}
