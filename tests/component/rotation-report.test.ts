import { expect, test } from 'vitest'
import RotationReport from '../../renderer/src/components/reports/RotationReport.vue'
import type { RotationReport as Report } from '../../shared/model/report.ts'
import { en } from '../../shared/words/en.ts'
import { mountWith } from './mount.ts'

const KEYS = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb']
const REPORT: Report = {
  examined: 7, done: true,
  groups: [{ keyName: 'SECRET_KEY', sessions: 4, live: 2, samples: KEYS }, { keyName: 'SECRET_KEY_FALLBACKS[0]', sessions: 2, live: 0, samples: [] }, { keyName: null, sessions: 1, live: 1, samples: [] }],
}
const mount = (report: Report, isSigned = true) => mountWith(RotationReport, { report, isSigned, masked: true, stopped: false })

test('says of each key who is logged out when it goes, and opens an example', async () => {
  const wrapper = mount(REPORT)
  for (const text of ['When SECRET_KEY goes, 2 live sessions go with it.', 'Nobody is logged out when SECRET_KEY_FALLBACKS[0] goes.', '7 sessions read.', en.reports.rotation.refused]) expect(wrapper.text()).toContain(text)
  await wrapper.get('tbody button').trigger('click')
  expect(wrapper.emitted('show')).toEqual([[KEYS[0]]])
})

test('of a pair only rows are refused: copies outlive the key, and those without a row are told or said not to be counted', () => {
  const pair = mount({ ...REPORT, copies: { withRow: 3, rowless: 1 } }).text()
  for (const text of ['Django refuses 2 live rows. Their copies in the cache outlive them.', '3 sessions with a row and a copy', '1 session without a row']) expect(pair).toContain(text)
  expect(pair).not.toContain('go with it')
  expect(mount({ ...REPORT, copies: { withRow: 3, rowless: null } }).text()).toContain(en.reports.copies.notCounted)
})

test('where nothing is signed, or no key is known, it says so in place of numbers', () => {
  const unsigned = mount(REPORT, false)
  expect(unsigned.text()).toContain(en.reports.rotation.unsignedReason)
  expect(unsigned.find('table').exists()).toBe(false)
  expect(mount({ ...REPORT, groups: REPORT.groups.slice(-1) }).text()).toContain(en.reports.rotation.noKeys)
})
