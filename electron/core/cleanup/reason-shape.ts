import { z } from 'zod'
import type { Reason, ReasonParam } from '../../../shared/words/reason.ts'
import { isReasonId, verbatim } from '../../../shared/words/reason.ts'

const param: z.ZodType<ReasonParam> = z.lazy(() => z.union([z.string(), z.number(), z.array(z.string()), sentence]))
const sentence = z.object({ id: z.string(), params: z.record(z.string(), param) }).transform(({ id, params }): Reason => (isReasonId(id) ? { id, params } : verbatim(id)))

/** What goes into a sentence in the files of a run. */
export const paramShape = z.union([z.string(), z.number(), sentence])

/** Why, in the files of a run. Older ones have it in English; what the catalogue of this version lacks is said by its id. */
export const reasonShape: z.ZodType<Reason> = z.union([z.string().transform(verbatim), sentence])
