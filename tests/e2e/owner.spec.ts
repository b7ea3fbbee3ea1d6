import { en } from '../../shared/words/en.ts'
import { currentDjango } from '../support/django.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { expect, test } from './fixtures.ts'
import { inspector, openDemo, openFile, openTab, sessionRow, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

test('whose session it is, and why a deleted user is logged out', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDemo(page)
  await table(page).getByRole('gridcell', { name: 'admin', exact: true }).first().click()
  await openTab(page, 'owner')
  await expect(inspector(page)).toContainText(en.why.sentence.live)
  await expect(inspector(page).getByRole('listitem')).toHaveCount(8)
  expect(await wcagFaults(page)).toEqual([])

  await table(page).getByRole('gridcell', { name: 'user 999, deleted' }).click()
  await expect(inspector(page)).toContainText(en.why.sentence.user)
  await expect(inspector(page)).toContainText('The user table has no row 999.')
  await expect(inspector(page).getByRole('tab', { name: `${en.inspector.tabs.owner} ${en.inspector.tabProblem.owner}` })).toBeVisible()
  await expect(inspector(page), 'Django asks no further').not.toContainText(en.why.check.hash.no)
})

test('a new password leaves the session in the store and ends its login: said beside the ticket, with the way to the reason', async ({ coatcheck }) => {
  const python = currentDjango()
  test.skip(python === null, 'No Python with a current Django is here.')
  if (python === null) return
  await using site = await makeDjangoProject(python, { sample: 'startproject-5' })
  const keys = await site.django<Readonly<Record<'ana' | 'ben', string>>>(`
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest
keys = {}
for name in ("ana", "ben"):
    user = User.objects.create_user(name, password="first")
    request = HttpRequest(); request.META["SERVER_NAME"] = "localhost"; request.META["SERVER_PORT"] = "80"; request.session = SessionStore()
    login(request, user); request.session.save(); keys[name] = request.session.session_key
ana = User.objects.get(username="ana"); ana.set_password("second"); ana.save()
answer(keys)`)
  const page = await coatcheck()
  await openFile(page, site.folder, null)
  await sessionRow(page, keys.ana).click()
  await expect(inspector(page).getByText(en.why.sentence.hash)).toBeVisible()
  await expect(inspector(page)).toContainText(en.why.next.hash)
  await inspector(page).getByRole('button', { name: en.why.ask }).click()
  await expect(inspector(page).getByRole('tab', { name: en.inspector.tabs.owner, selected: true })).toBeVisible()
  await expect(inspector(page).getByText(en.why.check.hash.no, { exact: true })).toBeVisible()
  await sessionRow(page, keys.ben).click()
  await openTab(page, 'data')
  await expect(inspector(page).getByRole('button', { name: en.why.ask })).toHaveCount(0)
})
