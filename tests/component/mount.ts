import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { createI18n } from 'vue-i18n'
import type { Component } from 'vue'
import { CLIENT } from '../../renderer/src/rpc/client.ts'
import type { Client } from '../../shared/rpc/client.ts'
import type { CallName, Input, Output } from '../../shared/rpc/contract.ts'
import { en } from '../../shared/words/en.ts'

/** Elements have no size here; what is virtual needs one to draw anything. */
export function giveElementsSize(): void {
  for (const name of ['offsetHeight', 'offsetWidth', 'clientHeight'] as const) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 600 })
  }
}

type Answers = { readonly [N in CallName]?: (input: Input<N>, signal: AbortSignal | undefined) => Output<N> | Promise<Output<N>> }

/** A client that answers from a table, and remembers what it was asked. */
export function fakeClient(answers: Answers): Client & { readonly asked: readonly { readonly name: CallName; readonly input: unknown; readonly signal: AbortSignal | undefined }[] } {
  const asked: { name: CallName; input: unknown; signal: AbortSignal | undefined }[] = []
  return {
    asked,
    async call(name, input, signal) {
      asked.push({ name, input, signal })
      const answer = answers[name] as ((input: unknown, signal: AbortSignal | undefined) => unknown) | undefined
      if (answer === undefined) throw new Error(`${name} is not expected here`)
      return (await answer(input, signal)) as Output<typeof name>
    },
    async *stream() { /* nothing happens by itself */ },
    close() { /* nothing is open */ },
  }
}

/** With the real words: a test that reads them reads what people read. */
export function mountWith(component: Component, props: Record<string, unknown>, client: Client = fakeClient({})) {
  const i18n = createI18n({ legacy: false, locale: 'en', messages: { en }, missingWarn: false, fallbackWarn: false })
  return mount(component, { props, attachTo: document.body, global: { plugins: [createPinia(), i18n], provide: { [CLIENT as symbol]: client } } })
}
