import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { en } from '../../shared/words/en.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { currentDjango } from '../support/django.ts'
import { expect, test } from './fixtures.ts'
import { inspector, openFile, table } from './steps.ts'

const words = en.sources.cookies
const SETTINGS = 'SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"\nSESSION_COOKIE_NAME = "shop_sid"\n'
const COOKIES = `
from django.contrib.auth.models import User
def sign(data):
    store = SessionStore()
    store.update(data)
    store.save()
    return store.session_key
ana = User.objects.create_user("ana", "ana@shop.example", "pass")
answer([sign({"_auth_user_id": str(ana.pk), "cart": {"sku": "A1"}}), sign({"cart": {"sku": "B2"}})])`

test('a project with signed cookies opens, asks for cookies, and reads pasted and imported ones with its own key', async ({ coatcheck, folder }) => {
  const django = currentDjango()
  test.skip(django === null, 'No Python with a current Django is here to sign cookies.')
  if (django === null) return
  await using project = await makeDjangoProject(django, { sample: 'startproject-5', settings: SETTINGS })
  const [ana, other] = await project.django<readonly string[]>(COOKIES)
  const har = join(folder, 'shop.har')
  writeFileSync(har, JSON.stringify({ log: { entries: [{ request: { url: 'http://localhost:8000/', cookies: [{ name: 'shop_sid', value: other }] }, response: { cookies: [] } }] } }))

  const page = await coatcheck()
  await openFile(page, project.folder, null)
  await expect(page.getByRole('heading', { name: words.none })).toBeVisible()
  await page.getByRole('button', { name: words.add }).last().click()
  const dialog = page.getByRole('dialog', { name: /^Cookies for / })
  await dialog.getByRole('button', { name: words.submit }).click()
  await expect(dialog.getByText(words.missing)).toBeVisible()
  await dialog.getByLabel(words.paste).fill(`curl http://localhost:8000/ -H 'Cookie: csrftoken=x; shop_sid=${ana ?? ''}'`)
  await dialog.getByRole('button', { name: words.submit }).click()
  await dialog.waitFor({ state: 'hidden' })
  await expect(table(page).getByRole('row').filter({ hasText: 'ana' })).toBeVisible()
  await expect(inspector(page).getByText('A1')).toBeVisible()

  await page.getByRole('button', { name: words.add }).first().click()
  await dialog.getByLabel(words.file).fill(join(folder, 'none.har'))
  await dialog.getByRole('button', { name: words.submit }).click()
  await expect(dialog.getByRole('alert')).toContainText('There is no file at this place.')
  await dialog.getByLabel(words.file).fill(har)
  await dialog.getByRole('button', { name: words.submit }).click()
  await dialog.waitFor({ state: 'hidden' })
  await expect(table(page).getByRole('row').filter({ hasText: 'shop_sid@localhost' })).toBeVisible()
  await expect(table(page).getByRole('row').filter({ hasText: 'ana' })).toBeVisible()
})
