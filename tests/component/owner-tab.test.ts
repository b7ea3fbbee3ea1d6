import { expect, test } from 'vitest'
import OwnerTab from '../../renderer/src/components/inspector/OwnerTab.vue'
import WhyChecklist from '../../renderer/src/components/inspector/WhyChecklist.vue'
import type { WhyCheck, WhyReport } from '../../shared/model/why.ts'
import { en } from '../../shared/words/en.ts'
import { sessionDetail } from './fixtures.ts'
import { mountWith } from './mount.ts'

const check = (id: WhyCheck['id'], ok: boolean | null, detail: string): WhyCheck => ({ id, ok, detail: { id: `why.detail.${detail}`, params: { bytes: 9, date: '2026-11-21', id: '42' } } })
const passed = [check('exists', true, 'stored'), check('in-date', true, 'inDate')]
const report = (checks: readonly WhyCheck[], outcome: string): WhyReport => ({
  verdict: 'logged-out', isCertain: true, sentence: { id: `why.sentence.${outcome}`, params: {} }, next: { id: `why.next.${outcome}`, params: {} }, checks, notes: [], key: sessionDetail().row.key,
})

test('the evidence of a logout stands with the answer, before the checks that passed', () => {
  const props = { row: sessionDetail().row, report: report([...passed, check('active', false, 'inactive')], 'active'), failure: null, canFind: true, logOutReason: null }
  const text = mountWith(OwnerTab, props).text()
  expect(text.indexOf(en.why.detail.inactive)).toBeGreaterThan(text.indexOf(en.why.sentence.active))
  expect(text.indexOf(en.why.detail.inactive)).toBeLessThan(text.indexOf(en.why.heading))
})

test('an anonymous session has no login, and nothing failed', () => {
  const anonymous = mountWith(WhyChecklist, { report: report([...passed, check('login', false, 'anonymous')], 'login') })
  expect(anonymous.text()).toContain('2 passed, no login')
  expect(anonymous.find('.is-no').exists()).toBe(false)
  const half = mountWith(WhyChecklist, { report: report([...passed, check('login', false, 'noBackend')], 'login') })
  expect(half.text()).toContain('2 passed, 1 failed')
})
