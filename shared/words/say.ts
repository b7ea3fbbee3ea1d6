import { compile, createCoreContext, registerMessageCompiler, registerMessageResolver, resolveValue, translate } from '@intlify/core-base'
import type { Sentence } from '../model/session.ts'
import { en } from './en.ts'
import { english } from './reason.ts'

// The window has vue-i18n for this; here is the same formatter without Vue.
registerMessageCompiler(compile)
registerMessageResolver(resolveValue)
const context = createCoreContext({ locale: 'en', messages: { en }, missingWarn: false, fallbackWarn: false })

/** A sentence of the catalogue as text, for the command line and for tests. An unknown id comes back as it is. */
export function say(sentence: Sentence): string {
  const text = translate(context, sentence.id, Object.fromEntries(Object.entries(sentence.params).map(([name, param]) => [name, typeof param === 'object' ? english(param) : param])))
  return typeof text === 'string' ? text : sentence.id
}
