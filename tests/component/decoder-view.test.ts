import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import DecoderView from '../../renderer/src/views/DecoderView.vue'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import { LIMITS } from '../../shared/limits.ts'
import type { PasteFinding } from '../../shared/model/decode.ts'
import { decodedText } from './fixtures.ts'
import { fakeClient, giveElementsSize, mountWith } from './mount.ts'

function finding(where: string, span: readonly [number, number], changes: Parameters<typeof decodedText>[0] = {}): PasteFinding {
  return { where: verbatim(where), span, format: 'django-signed', decoded: decodedText(changes) }
}
const GOOD = finding('cookie sessionid in Cookie header', [2, 6])
const BAD = finding('bare text', [8, 10], { signature: { state: 'bad', verifiedBy: null, reason: 'wrong-key' }, djangoSees: 'empty', verdict: { id: 'verdicts.bad', params: {} } })
const NOTHING = finding('bare text', [0, 5], { format: 'unknown', data: null, djangoSees: 'empty', verdict: { id: 'verdicts.notSession', params: {} } })

let wrapper: ReturnType<typeof mountWith> | null = null
async function open(decode: Parameters<typeof fakeClient>[0]['decoder.decode']) {
  const client = fakeClient(decode === undefined ? {} : { 'decoder.decode': decode })
  wrapper = mountWith(DecoderView, {}, client)
  const paste = async (text: string) => {
    await wrapper?.get('textarea').setValue(text)
    await flushPromises()
    await flushPromises()
  }
  return { wrapper, client, paste }
}

beforeAll(giveElementsSize)
afterEach(() => wrapper?.unmount())

describe('the decoder', () => {
  it('says what to paste while it is empty, and asks the core nothing', async () => {
    const { wrapper: page, client } = await open(undefined)
    expect(page.text()).toContain('No value yet')
    expect(client.asked).toEqual([])
  })

  it('gives each value found a verdict, a place in the paste and its data', async () => {
    const { wrapper: page, paste } = await open(() => ({ findings: [GOOD, BAD], elapsedMs: 3 }))
    await paste('a=GOOD; BAD')
    expect(page.findAll('[role="option"]').map((ticket) => ticket.get('.verdict-stamp').text())).toEqual(['Verified', 'Wrong key'])
    expect(page.findAll('mark').map((mark) => `${mark.text()} ${mark.classes().join(' ')}`)).toEqual(['GOOD is-ok is-picked', 'BA is-bad'])
    expect(page.text()).toContain('user 42')
    expect(page.text()).toContain('Checked as current Django does')
    expect(page.get('[role="tree"]').text()).toContain('"A1"')
  })

  it('moves between verdicts by keyboard', async () => {
    const { wrapper: page, paste } = await open(() => ({ findings: [GOOD, BAD], elapsedMs: 3 }))
    await paste('a=GOOD; BAD')
    await page.get('[role="listbox"]').trigger('keydown', { key: 'ArrowDown' })
    await flushPromises()
    expect(page.text()).toContain('Inside value 2')
    expect(document.activeElement?.getAttribute('aria-selected')).toBe('true')
  })

  it('says so when there is no session in the text', async () => {
    const { wrapper: page, paste } = await open(() => ({ findings: [NOTHING], elapsedMs: 1 }))
    await paste('hello')
    expect(page.text()).toContain('No session in this text')
    expect(page.text()).toContain('no value found')
  })

  it('refuses a text over the limit, with both numbers, before it is sent', async () => {
    const { wrapper: page, client, paste } = await open(undefined)
    await paste('x'.repeat(LIMITS.pasteChars + 1))
    expect(page.text()).toContain('4,194,305')
    expect(page.text()).toContain('4,194,304')
    expect(client.asked).toEqual([])
  })

  it('shows why decoding failed', async () => {
    const { wrapper: page, paste } = await open(() => { throw new CoatcheckError('WORKER_LOST', verbatim('The worker ended.')) })
    await paste('a=GOOD')
    expect(page.get('[role="alert"]').text()).toContain('The worker ended.')
  })

  it('stops the older call when the text changes, and drops its late answer', async () => {
    const answers: ((findings: PasteFinding[]) => void)[] = []
    const { wrapper: page, client, paste } = await open(() => new Promise((resolve) => { answers.push((findings) => resolve({ findings, elapsedMs: 1 })) }))
    await paste('first text')
    await paste('second, longer text')
    expect(client.asked[0]?.signal?.aborted).toBe(true)
    answers[1]?.([BAD])
    await flushPromises()
    answers[0]?.([GOOD, GOOD])
    await flushPromises()
    expect(page.findAll('[role="option"]')).toHaveLength(1)
  })

  it('stamps what is not Django, whoever signed it', async () => {
    const jwt = { ...finding('bare text', [0, 3], { format: 'jwt', parts: null, habit: null, verdict: { id: 'foreign.jwt', params: {} } }), format: 'jwt' as const }
    const { wrapper: page, paste } = await open(() => ({ findings: [jwt], elapsedMs: 1 }))
    await paste('JWT')
    expect(page.get('[role="option"]').text()).toContain('This is a JSON Web Token.')
    expect(page.get('.verdict-stamp').text()).toBe('Not Django')
    expect(page.text()).not.toContain('Edit and sign again')
  })

  it('says what loading a pickle would run, in the verdict and in its anatomy', async () => {
    const hostile = finding('bare text', [0, 3], {
      format: 'django-legacy', parts: null, serializer: 'pickle', habit: { hash: 'sha1', neverCompresses: false, pickleProtocol: 4, pickleFramed: true },
      pickle: { protocol: 4, framed: true, imports: ['os.system'], importsLeftOut: 0, danger: 'dangerous', calls: [{ kind: 'call', name: 'os.system', args: "'ls'" }], trailingBytes: 0 },
      data: '{"hook":{"$opaque":"os.system","state":["ls"],"danger":"call"}}', verdict: { id: 'verdicts.legacy', params: {} },
    })
    const { wrapper: page, paste } = await open(() => ({ findings: [hostile], elapsedMs: 1 }))
    await paste('PICKLE')
    expect(page.get('[role="option"]').text()).toContain('Loading it would run os.system. Nothing was run.')
    const anatomy = page.findAll('button').find((button) => button.text() === 'Anatomy')
    await anatomy?.trigger('click')
    await flushPromises()
    expect(page.text()).toMatch(/Base64 of a hash, a colon and the data.*Protocol\s*4.*would run code.*Would run\s*os\.system\('ls'\).*Imports/s)
    expect(page.text()).not.toMatch(/\bsafe\b/i)
  })

  it('signs the edited data again, and copies nothing by itself', async () => {
    const { wrapper: page, paste, client } = await open(() => ({ findings: [GOOD], elapsedMs: 1 }))
    await paste('a=GOOD')
    await page.findAll('button').find((button) => button.text() === 'Edit and sign again')?.trigger('click')
    await flushPromises()
    expect(document.querySelector('[role="dialog"]')?.textContent).toContain('It is stored nowhere.')
    expect(client.asked.map(({ name }) => name)).toEqual(['decoder.decode'])
  })
})
