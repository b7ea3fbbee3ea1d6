import { DOMWrapper, flushPromises } from '@vue/test-utils'
import { expect, test } from 'vitest'
import CleanConfirm from '../../renderer/src/components/cleanup/CleanConfirm.vue'
import DryRunReport from '../../renderer/src/components/cleanup/DryRunReport.vue'
import RetentionSetting from '../../renderer/src/components/cleanup/RetentionSetting.vue'
import RulePane from '../../renderer/src/components/cleanup/RulePane.vue'
import RunList from '../../renderer/src/components/cleanup/RunList.vue'
import RunProgress from '../../renderer/src/components/cleanup/RunProgress.vue'
import RunReport from '../../renderer/src/components/cleanup/RunReport.vue'
import RunSessions from '../../renderer/src/components/cleanup/RunSessions.vue'
import { EMPTY_FORM } from '../../renderer/src/components/cleanup/clean-form.ts'
import type { CleanupReport, DryRun } from '../../shared/model/cleanup.ts'
import { en } from '../../shared/words/en.ts'
import { mountWith } from './mount.ts'
import { sessionRow } from './session-rows.ts'

const words = en.cleanUp
const NOW = Date.UTC(2026, 10, 21, 9)
const DRY_RUN: DryRun = {
  dryRunId: 'd1', sourceId: 's1', rules: [{ kind: 'expired' }], action: { kind: 'delete' }, at: NOW, sentences: [], alone: [980_214], matched: 980_214, count: 'exact', examined: 1_000_245, unread: 0, bytes: 1_900_000_000,
  ends: {
    unit: 'year', before: { matched: 2, stays: 0 }, after: { matched: 0, stays: 0 },
    bins: [2024, 2025, 2026].map((year, index) => ({ from: Date.UTC(year, 0, 1), matched: [77_000, 900_000, 3212][index] ?? 0, stays: index === 2 ? 20_031 : 0 })),
  },
  oldestEnd: Date.UTC(2019, 2, 14) * 1000, newestEnd: NOW * 1000, users: { count: 14_870, most: [{ userId: '7', username: 'ana', sessions: 12 }] }, anonymous: 6120, live: 0,
  samples: [{ row: sessionRow(), before: null, after: null }],
  layers: [{ layer: 'row', sentence: { id: 'cleanup.layers.kept', params: { store: 'django_session' } }, written: true }],
  clearsessions: { wouldRemove: 980_214, sentences: [{ id: 'cleanup.clearsessions.db', params: { over: 980_214 } }] },
  undo: { kind: 'whole', bytes: 1, limitBytes: 2, protection: 'keychain', days: 7, sentence: { id: 'cleanup.undo.off', params: {} } },
  warnings: [], wouldSkip: [], nothing: null, confirmName: null, goodUntil: NOW + 60_000,
}
const REPORT: CleanupReport = {
  runId: 'r1', kind: 'clean', state: 'running', counts: { matched: 100, done: 40, gone: 1, changed: 1, skipped: 0, exists: 0, failed: 0, unknown: 0, left: 58 }, rate: 1840, remainingMs: 90_000, elapsedMs: 61_000, pace: 'gentle',
  parts: 3, longestPartMs: 48, reason: null, target: { kind: 'demo' }, sourceName: 'shop', sourceId: 's1', rules: DRY_RUN.rules, action: DRY_RUN.action, sentences: [], startedAt: NOW, endedAt: null, layers: null, bytes: 1,
  copyTarget: null, writtenId: null, exceptions: 0, canResume: false, resumable: 0, canUndo: false, undoable: 0, undone: 0, keptUntil: null, journalBytes: 0, protection: 'keychain', folder: '/data/run',
}

test('a rule with a field that is wrong is not asked, and says what to write', async () => {
  const wrapper = mountWith(RulePane, { form: { ...EMPTY_FORM, rule: 'older-than', days: 'soon' }, keys: [], others: [], isPair: false, counts: {}, looking: false, looked: false })
  expect(wrapper.text()).not.toContain(words.problems.days)
  await wrapper.get('form').trigger('submit')
  expect(wrapper.text()).toContain(words.problems.days)
  expect(wrapper.emitted('look')).toBeUndefined()
  await wrapper.setProps({ form: { ...EMPTY_FORM, rule: 'older-than', days: '30' } })
  await wrapper.get('form').trigger('submit')
  expect(wrapper.emitted('look')).toEqual([[{ ok: true, rules: [{ kind: 'older-than', seconds: 2_592_000 }], action: { kind: 'delete' } }]])
})

test('copies without a row are for cached_db, a selection for marked sessions, a copy for another open store', () => {
  const names = (props: Record<string, unknown>): string => mountWith(RulePane, { form: EMPTY_FORM, keys: [], others: [], isPair: false, counts: {}, looking: false, looked: false, ...props }).text()
  expect(names({})).not.toContain(words.rule.ghosts)
  expect(names({ isPair: true })).toContain(words.rule.ghosts)
  expect(names({})).not.toContain(words.rule.selection)
  expect(names({ keys: ['a', 'b'] })).toContain('2 sessions')
  expect(names({})).not.toContain(words.action.copy)
})

test('a rule has the number of its sessions beside it, where that is known, and says what the number is', () => {
  const text = mountWith(RulePane, { form: EMPTY_FORM, keys: [], others: [], isPair: false, counts: { expired: 980_214, empty: 1 }, looking: false, looked: false }).findAll('label').map((label) => label.text().replaceAll(/\s+/g, ' '))
  expect(text[0]).toContain('Expired980,214 sessions')
  expect(text[2]).toContain('Empty1 session')
  expect(text[1]).not.toMatch(/\d/)
})

test('when what fits ends is a picture with a sentence for each bar; what lies far away is counted beside it', () => {
  const wrapper = mountWith(DryRunReport, { dryRun: DRY_RUN, now: NOW, masked: true })
  const picture = wrapper.get('.dry-run-ends')
  expect(picture.findAll('li').map((bar) => bar.attributes('title'))).toEqual(['2024: 77,000 fit, 0 stay', '2025: 900,000 fit, 0 stay', '2026: 3,212 fit, 20,031 stay'])
  for (const part of ['By year of their end', 'fit, 97.9%', 'stay, 2.1%', '2 end before that.']) expect(picture.text()).toContain(part)
  expect(mountWith(DryRunReport, { dryRun: { ...DRY_RUN, ends: null }, now: NOW, masked: true }).find('.dry-run-ends').exists()).toBe(false)
})

test('a dry run says what would go and whom it touches, with numbers as people read them', () => {
  const text = mountWith(DryRunReport, { dryRun: DRY_RUN, now: NOW, masked: true }).text()
  for (const part of ['980,214 sessions would go. Nobody is logged out.', '14,870, and 6,120 anonymous', '14 Mar 2019 to 21 Nov 2026', '1.9 GB', '20,031', 'clearsessions removes 980,214 of these', 'k3v9ta…', 'ana']) expect(text).toContain(part)
})

test('who is still logged in is counted, and an estimate says that it is one', () => {
  const text = mountWith(DryRunReport, { dryRun: { ...DRY_RUN, live: 31, count: 'at-least' }, now: NOW, masked: true }).text()
  expect(text).toContain('At least 980,214 sessions would go. 31 of them are still good.')
})

test('nothing starts before the name is typed, loss of undo is agreed to, and while the dry run is good', async () => {
  const start = { now: NOW, blocked: null, starting: false, failure: null }
  const wrapper = mountWith(CleanConfirm, { ...start, dryRun: { ...DRY_RUN, confirmName: 'orders-db' } })
  await wrapper.get('form').trigger('submit')
  expect(wrapper.emitted('start')).toBeUndefined()
  await wrapper.get('input').setValue('orders-db')
  await wrapper.get('form').trigger('submit')
  expect(wrapper.emitted('start')).toEqual([[{ pace: 'gentle', name: 'orders-db', undo: true, partialUndo: false }]])

  for (const props of [{ dryRun: { ...DRY_RUN, undo: { ...DRY_RUN.undo, kind: 'partly' } } }, { dryRun: DRY_RUN, now: NOW + 61_000 }, { dryRun: DRY_RUN, blocked: 'It can only be read.' }]) {
    const other = mountWith(CleanConfirm, { ...start, ...props })
    await other.get('form').trigger('submit')
    expect(other.emitted('start')).toBeUndefined()
    expect(other.get('button[type="submit"]').attributes('aria-disabled')).toBe('true')
  }
})

test('what is not to be kept is started without undo, and needs no further leave', async () => {
  const wrapper = mountWith(CleanConfirm, { now: NOW, blocked: null, starting: false, failure: null, dryRun: { ...DRY_RUN, undo: { ...DRY_RUN.undo, kind: 'partly' } } })
  await wrapper.get('[role="checkbox"], input[type="checkbox"]').trigger('click')
  await wrapper.get('form').trigger('submit')
  expect(wrapper.emitted('start')).toEqual([[{ pace: 'gentle', name: null, undo: false, partialUndo: false }]])
})

test('one session of what was removed can be put back; one that was, cannot', async () => {
  const row = (key: string, canAct: boolean) => ({ key, facts: ['removed'], canAct })
  const wrapper = mountWith(RunSessions, { heading: 'Trash', caption: 'Trash', columns: ['Key', 'Now'], rows: [row('k3v9ta-one', true), row('x7', false)], total: 2, failure: null, masked: true, action: words.report.putBack })
  const buttons = wrapper.findAll('button')
  expect(buttons.map((button) => button.attributes('aria-label'))).toEqual(['Put back: k3v9t…'])
  await buttons[0]?.trigger('click')
  expect(wrapper.emitted('act')).toEqual([['k3v9ta-one']])
})

test('how long and how much is kept is told, and changed where it is a number within bounds', async () => {
  const wrapper = mountWith(RetentionSetting, { kept: { days: 7, megabytes: 1024 }, busy: false, failure: null })
  expect(wrapper.text()).toContain('Kept for 7 days, up to 1,024 MB')
  await wrapper.get('button').trigger('click')
  await flushPromises()
  const panel = new DOMWrapper(document.body).get('.retention-panel')
  const [days, megabytes] = panel.findAll('input')
  await days?.setValue('400')
  await panel.trigger('submit')
  expect(panel.text()).toContain(words.retention.daysWrong)
  expect(wrapper.emitted('change')).toBeUndefined()
  await days?.setValue('30')
  await megabytes?.setValue('2048')
  await panel.trigger('submit')
  expect(wrapper.emitted('change')).toEqual([[{ days: 30, megabytes: 2048 }]])
  await wrapper.setProps({ kept: { days: 0, megabytes: 1 } })
  expect(wrapper.text()).toContain(words.retention.off)
})

test('a run under way shows how far it is, and pauses or stops when told', async () => {
  const wrapper = mountWith(RunProgress, { report: REPORT, rates: [1000, 1840], now: NOW, busy: false, failure: null })
  for (const part of ['40 of 100 sessions removed', 'About 1 minute left', '42%', '1,840 a second', '48 ms']) expect(wrapper.text()).toContain(part)
  expect(wrapper.get('[role="progressbar"]').attributes('aria-valuenow')).toBe('42')
  const [pause, stop] = wrapper.findAll('button')
  await pause?.trigger('click')
  await stop?.trigger('click')
  expect([wrapper.emitted('pause')?.length, wrapper.emitted('stop')?.length]).toEqual([1, 1])
  await wrapper.setProps({ report: { ...REPORT, state: 'paused' } })
  expect(wrapper.text()).toContain('Paused.')
})

test('a run that was taken back says so in the list, and its report says of what it is the undo', () => {
  const undone: CleanupReport = { ...REPORT, kind: 'undo', state: 'done', undone: 8, counts: { ...REPORT.counts, matched: 8, done: 8, left: 0 }, sentences: [{ id: 'cleanup.rules.expired', params: {} }] }
  expect(mountWith(RunList, { runs: [undone], sourceId: 's1', currentId: null, now: NOW }).text()).toContain('8 put back, done')
  expect(mountWith(RunReport, { report: undone, now: NOW, blocked: null, busy: false, failure: null }).text()).toContain(`Undo of: ${en.cleanup.rules.expired}`)
})

test('what was interrupted can go on or be put back; what is not kept says so', async () => {
  const wrapper = mountWith(RunReport, { report: { ...REPORT, state: 'interrupted', canResume: true, canUndo: true, undoable: 40 }, now: NOW, blocked: null, busy: false, failure: null })
  for (const part of ['40 removed, 58 not reached, 0 errors', words.report.interrupted, 'Put back 40', words.report.notKept, words.report.count.changed]) expect(wrapper.text()).toContain(part)
  await wrapper.findAll('button').find((button) => button.text().includes('Put back'))?.trigger('click')
  await flushPromises()
  expect(wrapper.emitted('undo')).toHaveLength(1)
})
