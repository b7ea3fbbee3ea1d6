import { flushPromises } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import type { DialAnswer } from '../../../renderer/src/rpc/lasting-client.ts'
import { createLastingClient } from '../../../renderer/src/rpc/lasting-client.ts'
import type { ClientMessage, ClientPort, ServerMessage } from '../../../shared/rpc/wire.ts'

/** A line that answers every call with its number, and that can be cut. */
function openLine(number: number, answers = true) {
  let onClose: () => void = () => undefined
  let onMessage: (message: ServerMessage) => void = () => undefined
  const posted: ClientMessage[] = []
  const port: ClientPort = {
    post: (message) => {
      posted.push(message)
      if (answers && message.kind === 'call') onMessage({ kind: 'reply', id: message.id, reply: { ok: true, value: number } })
    },
    listen: (receive, close) => {
      onMessage = receive
      onClose = () => close(null)
    },
    close: () => undefined,
  }
  return { posted, cut: () => onClose(), answer: { kind: 'port', port } satisfies DialAnswer }
}

function open(answers: readonly DialAnswer[]) {
  const waiting = [...answers]
  const pauses: number[] = []
  const lasting = createLastingClient(
    async () => waiting.shift() ?? { kind: 'unreachable' },
    async (ms) => { pauses.push(ms) },
  )
  return { ...lasting, pauses, then: (answer: DialAnswer) => waiting.push(answer) }
}

describe('a client that outlives its lines', () => {
  test('a call made before the line is there waits for it', async () => {
    const { client, status } = open([openLine(1).answer])
    expect(status.value.kind).toBe('connecting')
    expect(await client.call('app.facts', {})).toBe(1)
    expect(status.value.kind).toBe('connected')
  })

  test('what is under way when the line breaks fails; what comes later goes over the next line', async () => {
    const first = openLine(1, false)
    const { client, status } = open([first.answer, openLine(2).answer])
    const lost = client.call('app.facts', {})
    lost.catch(() => undefined)
    await flushPromises()
    first.cut()
    await expect(lost).rejects.toMatchObject({ code: 'CONNECT_LOST' })
    expect(await client.call('app.facts', {})).toBe(2)
    expect(status.value.kind).toBe('connected')
  })

  test('attempts come at growing intervals; then the host has ended, and calls say so', async () => {
    const { client, status, pauses } = open([])
    await flushPromises()
    expect(status.value.kind).toBe('ended')
    expect(pauses).toEqual([200, 400, 800, 1600])
    await expect(client.call('app.facts', {})).rejects.toMatchObject({ code: 'CONNECT_LOST' })
  })

  test('a refusal is final until somebody asks again', async () => {
    const { client, status, retry, then } = open([{ kind: 'denied', denial: 'used' }])
    await flushPromises()
    expect(status.value).toEqual({ kind: 'denied', denial: 'used' })
    then(openLine(3).answer)
    retry()
    expect(await client.call('app.facts', {})).toBe(3)
  })

  test('a call that is aborted while there is no line leaves at once', async () => {
    const controller = new AbortController()
    const never = createLastingClient(() => new Promise(() => undefined))
    const call = never.client.call('app.facts', {}, controller.signal)
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
