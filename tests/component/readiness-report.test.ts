import { expect, test, vi } from 'vitest'
import ReadinessReport from '../../renderer/src/components/reports/ReadinessReport.vue'
import ReadinessView from '../../renderer/src/views/ReadinessView.vue'
import { CoatcheckError } from '../../shared/errors.ts'
import { verbatim } from '../../shared/words/reason.ts'
import type { ReadinessReport as Report } from '../../shared/model/report.ts'
import { en } from '../../shared/words/en.ts'
import { source } from './fixtures.ts'
import { fakeClient, mountWith } from './mount.ts'

const KEYS = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb']
const REPORT: Report = {
  examined: 20, pickled: 15, unreadable: 1, affected: 14, findingsLeftOut: 0, done: true,
  findings: [
    { path: 'paid_at', type: 'datetime', effect: 'fails', sessions: 14, values: 14, samples: KEYS },
    { path: 'size', type: 'tuple', effect: 'changes', sessions: 1, values: 1, samples: [KEYS[0] ?? ''] },
  ],
  calls: [{ call: "os.system('id')", sessions: 1, samples: [KEYS[1] ?? ''] }],
}

test('what would not survive is counted, and what would run stands in red words', async () => {
  const wrapper = mountWith(ReadinessReport, { report: REPORT, masked: true, stopped: false })
  for (const text of ['2 keys in 14 sessions will not survive.', 'Loading 1 session would run code.', "would call os.system('id')", 'paid_at', 'Saving fails (HTTP 500)', 'Comes back changed', '1 session cannot be read']) expect(wrapper.text()).toContain(text)
  expect(wrapper.get('.calls b').text()).toBe("would call os.system('id')")
  await wrapper.get('tbody button').trigger('click')
  expect(wrapper.emitted('show')).toEqual([[KEYS[0]]])
  expect(wrapper.get('tbody button').attributes('aria-label')).toBe('Show session aaaaaa…')
})

test('a site without pickles, and one whose pickles survive, are told so', () => {
  const clean = { ...REPORT, findings: [], calls: [], unreadable: 0, affected: 0 }
  expect(mountWith(ReadinessReport, { report: { ...clean, pickled: 0 }, masked: false, stopped: false }).text()).toContain(en.reports.readiness.noPickles)
  expect(mountWith(ReadinessReport, { report: clean, masked: false, stopped: false }).text()).toContain(en.reports.readiness.ready)
  // Nobody is told that all is well before the end, or with pickles that were not readable.
  for (const report of [{ ...clean, done: false }, { ...clean, unreadable: 1 }]) {
    expect(mountWith(ReadinessReport, { report, masked: false, stopped: false }).text()).not.toContain(en.reports.readiness.ready)
  }
})

test('loading, growing, stopped, failed and read again', async () => {
  const steps: (() => Promise<Report>)[] = []
  let signal: AbortSignal | undefined
  const client = {
    ...fakeClient({}),
    async *stream(_name: string, _input: unknown, given?: AbortSignal) {
      signal = given
      for (let step = steps.shift(); step !== undefined; step = steps.shift()) yield await step()
      await new Promise((resolve) => given?.addEventListener('abort', resolve))
    },
  }
  const wrapper = mountWith(ReadinessView, { source: source(), maskKeys: false }, client as never)
  const open = async (...next: typeof steps): Promise<void> => {
    steps.push(...next)
    ;(wrapper.vm as unknown as { open: () => void }).open()
    await vi.waitFor(() => expect(document.querySelector('.base-sheet')).not.toBeNull())
  }
  const sheet = (): HTMLElement => document.querySelector('.base-sheet') ?? document.body
  const press = (label: string): void => [...sheet().querySelectorAll('button')].find((button) => button.textContent.trim() === label)?.click()

  await open(() => Promise.resolve({ ...REPORT, done: false }))
  await vi.waitFor(() => expect(sheet().textContent).toContain('20 sessions read so far'))
  press(en.reports.readiness.stop)
  await vi.waitFor(() => expect(sheet().textContent).toContain(en.reports.readiness.stopped))
  expect(signal?.aborted).toBe(true)

  steps.push(() => Promise.reject(new CoatcheckError('STORE_BUSY', verbatim('Another program holds a lock.'))))
  press(en.reports.readiness.again)
  await vi.waitFor(() => expect(sheet().querySelector('[role="alert"]')?.textContent).toContain('Another program holds a lock.'))
  steps.push(() => Promise.resolve(REPORT))
  press(en.states.tryAgain)
  await vi.waitFor(() => expect(sheet().textContent).toContain('2 keys in 14 sessions will not survive.'))
  wrapper.unmount()
})
