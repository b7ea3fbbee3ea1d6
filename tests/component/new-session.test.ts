import { DOMWrapper, flushPromises } from '@vue/test-utils'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { h } from 'vue'
import NewSessionDialog from '../../renderer/src/components/mint/NewSessionDialog.vue'
import type { FoundUsers, Owner } from '../../shared/model/owner.ts'
import { giveElementsSize, mountWith } from './mount.ts'

let wrapper: ReturnType<typeof mountWith> | null = null
const owner = (id: string, username: string): Owner => ({ id, state: 'known', username, email: `${username}@shop.example`, isActive: true, isStaff: id === '1', isSuperuser: false })
const USERS: FoundUsers = { table: 'auth_user', users: [owner('1', 'ana'), owner('2', 'ben')], more: true }

async function open(props: Partial<InstanceType<typeof NewSessionDialog>['$props']> = {}) {
  const searched: string[] = []
  const made: unknown[] = []
  const given = { open: true, loginReason: null, users: USERS, usersFailure: null, looking: false, planning: false, failure: null, ...props }
  wrapper = mountWith({ setup: () => () => h(NewSessionDialog, { ...given, onSearch: (text: string) => searched.push(text), onSubmit: (change: unknown) => made.push(change) }) }, {})
  await flushPromises()
  const dialog = new DOMWrapper(document.body).get('[role="dialog"]')
  const review = () => dialog.findAll('button').find((each) => each.text() === 'Review')
  return { dialog, searched, made, review }
}

beforeAll(giveElementsSize)
afterEach(() => {
  wrapper?.unmount()
  document.body.innerHTML = ''
})

it('logs nobody in by itself: a user is chosen first, and the session ends within the hour', async () => {
  const { dialog, searched, made, review } = await open()
  expect(searched).toEqual([''])
  expect(review()?.attributes('aria-disabled')).toBe('true')
  await review()?.trigger('click')
  expect(made).toEqual([])
  expect(dialog.text()).toContain('More users fit')
  await dialog.findAll('[role="option"]')[1]?.trigger('click')
  await review()?.trigger('click')
  expect(made).toEqual([{ kind: 'create', data: '{}', user: '#2', expiry: { kind: 'in', seconds: 3600 } }])
})

it('asks for no users where nobody may be logged in, and says why', async () => {
  const { dialog, searched, made, review } = await open({ loginReason: 'shop is not local (production).' })
  expect(searched).toEqual([])
  expect(dialog.text()).toContain('Only anonymous sessions can be made here. shop is not local (production).')
  const [user, anonymous] = dialog.findAll('[role="radio"]')
  expect([user?.attributes('disabled'), anonymous?.attributes('aria-checked')]).toEqual(['', 'true'])
  await review()?.trigger('click')
  expect(made).toEqual([{ kind: 'create', data: '{}', user: null, expiry: { kind: 'in', seconds: 3600 } }])
})

it('refuses what is no session data, at the field', async () => {
  const { dialog, made, review } = await open({ loginReason: 'no' })
  await dialog.get('textarea').setValue('[1, 2]')
  expect(dialog.get('textarea').attributes('aria-invalid')).toBe('true')
  await review()?.trigger('click')
  expect(made).toEqual([])
})

it('says that no user table is known', async () => {
  const { dialog } = await open({ users: { table: null, users: [], more: false } })
  expect(dialog.text()).toContain('No user table is known here.')
})
