import { flushPromises, mount } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { createApp, defineComponent, h } from 'vue'
import type { Component } from 'vue'
import type { Client } from '../../shared/rpc/client.ts'
import { CLIENT } from '../../renderer/src/rpc/client.ts'
import { createWords } from '../../renderer/src/words.ts'

/** A client of hand-written answers. A name without one fails the test that asked for it. */
export interface FakeClient extends Client {
  readonly calls: { readonly name: string; readonly input: unknown; readonly signal: AbortSignal | undefined }[]
}

type Answer = (input: never, signal: AbortSignal) => unknown

export function fakeClient(answers: Readonly<Record<string, Answer>>): FakeClient {
  const calls: FakeClient['calls'] = []
  const answer = (name: string, input: unknown, signal: AbortSignal | undefined): unknown => {
    calls.push({ name, input, signal })
    const given = answers[name]
    if (given === undefined) throw new Error(`Nothing answers ${name}.`)
    return given(input as never, signal ?? new AbortController().signal)
  }
  return {
    calls,
    call: async (name, input, signal) => (await answer(name, input, signal)) as never,
    stream: (name, input, signal) => answer(name, input, signal) as never,
    close: () => undefined,
  }
}

const global = (client: Client) => ({ plugins: [createWords(), createPinia()], provide: { [CLIENT as symbol]: client } })

export function mountApp(component: Component, options: { readonly props?: Record<string, unknown>; readonly slots?: Record<string, () => unknown>; readonly client?: Client; readonly attach?: boolean } = {}): VueWrapper {
  const { props = {}, slots = {}, client = fakeClient({}), attach = false } = options
  return mount(component, { props, slots, global: global(client), ...(attach ? { attachTo: document.body } : {}) } as never) as VueWrapper
}

/** Runs a composable inside a component, as it is used. */
export function withSetup<T>(setup: () => T, client: Client = fakeClient({})): { readonly result: T; readonly unmount: () => void } {
  let result: T | undefined
  const app = createApp(defineComponent({
    setup() {
      result = setup()
      return () => h('div')
    },
  }))
  app.provide(CLIENT, client).use(createPinia()).use(createWords()).mount(document.createElement('div'))
  return { result: result as T, unmount: () => app.unmount() }
}

export { flushPromises }
