import { cleanup } from './en/cleanup.ts'
import { decoder } from './en/decoder.ts'
import { project } from './en/project.ts'
import { query } from './en/query.ts'
import { reasons } from './en/reasons.ts'
import { verdicts } from './en/verdicts.ts'

type Reasons = typeof reasons

/** `sqlite.locked`: subject and name of a text below `reasons` in the catalogue. */
export type ReasonId = { [Subject in keyof Reasons & string]: `${Subject}.${keyof Reasons[Subject] & string}` }[keyof Reasons & string]

type TextOf<Id> = Id extends `${infer Subject extends keyof Reasons & string}.${infer Name}` ? (Name extends keyof Reasons[Subject] ? Reasons[Subject][Name] : never) : never
/** `{size}` is a parameter; `{'@'}` is text. */
type ParamsIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? (Name extends `'${string}` ? never : Name) | ParamsIn<Rest> : never

/** The reasons that are whole without parameters. */
export type BareReasonId = { [Id in ReasonId]: [ParamsIn<TextOf<Id>>] extends [never] ? Id : never }[ReasonId]

/** A number is a count, written as its reader writes numbers; a list is names of things. What other programs say is text, passed on as it is. */
export type ReasonParam = string | number | readonly string[] | Reason

/** Why something failed, what to do next, where something was found. Crosses the wire; each face says it in its language. What other rooms say of the same is not said twice. */
export interface Reason {
  readonly id:
    | `reasons.${ReasonId}` | `verdicts.problems.${keyof typeof verdicts.problems}` | `query.problems.${keyof typeof query.problems}`
    | `cleanup.skips.${keyof typeof cleanup.skips}` | `project.stores.${keyof typeof project.stores}` | `decoder.places.${keyof typeof decoder.places}`
  readonly params: Readonly<Record<string, ReasonParam>>
}

/** What a reason may be given as: one without parameters is its id. */
export type Why = BareReasonId | Reason

type ParamsOf<Id> = [ParamsIn<TextOf<Id>>] extends [never] ? [] : [params: Readonly<Record<ParamsIn<TextOf<Id>>, ReasonParam>>]

export function reason<Id extends ReasonId>(id: Id, ...[params]: ParamsOf<Id>): Reason {
  return { id: `reasons.${id}`, params: params ?? {} }
}

export function toReason(why: Why): Reason {
  return typeof why === 'string' ? { id: `reasons.${why}`, params: {} } : why
}

/** Words that are said as they are in every language: those of another program, or of the command line. */
export function verbatim(text: string): Reason {
  return reason('app.verbatim', { text })
}

/** In English, for the command line and for logs. Without the formatter of `say.ts`, which a worker need not load for a few sentences. */
export function english({ id, params }: Reason): string {
  return textOf(id).replace(/\{(?:'([^']*)'|(\w+))\}/g, (_, literal: string | undefined, name: string | undefined) => literal ?? spell(params[name ?? ''] ?? ''))
}

const SPOKEN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ...Object.fromEntries(Object.entries(reasons).map(([subject, texts]) => [`reasons.${subject}`, texts])),
  'verdicts.problems': verdicts.problems,
  'query.problems': query.problems,
  'cleanup.skips': cleanup.skips,
  'project.stores': project.stores,
  'decoder.places': decoder.places,
}

function textOf(id: Reason['id']): string {
  return find(id) ?? id
}

/** Whether the catalogue has it: a file of another version may name others. */
export function isReasonId(id: string): id is Reason['id'] {
  return find(id) !== null
}

function find(id: string): string | null {
  const end = id.lastIndexOf('.')
  const text = SPOKEN[id.slice(0, end)]?.[id.slice(end + 1)]
  return typeof text === 'string' ? text : null
}

function spell(param: ReasonParam): string {
  if (typeof param === 'string') return param
  if (typeof param === 'number') return String(param)
  return 'id' in param ? english(param) : param.join(' and ')
}
