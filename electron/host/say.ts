import { compile, createCoreContext, registerMessageCompiler, translate } from '@intlify/core-base'
import { host } from '../../shared/words/en/host.ts'

registerMessageCompiler(compile)
const context = createCoreContext({ locale: 'en', messages: { en: host } })

/** A text of the catalogue with its parameters filled in. */
export function say(id: keyof typeof host, params: Readonly<Record<string, string>> = {}): string {
  return String(translate(context, id, params))
}
