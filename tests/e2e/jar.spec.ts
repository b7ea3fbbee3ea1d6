import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { COOKIE_SALT } from '../../electron/core/codecs/salts.ts'
import { signData } from '../../electron/core/codecs/signing.ts'
import { en } from '../../shared/words/en.ts'
import { currentDjango } from '../support/django.ts'
import { loadCookieInDjango } from '../support/django-session.ts'
import { TABLE_KEY } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { editValue, inspector, openTab, pasteIntoDecoder, review, sessionRow, table } from './steps.ts'

const python = currentDjango()
const words = en.sources.pasted

function cookieOf(json: string): string {
  return signData(Buffer.from(json), { key: { name: 'SECRET_KEY', secret: TABLE_KEY }, salt: COOKIE_SALT, compress: true, now: Date.now() - 60_000 })
}

const banner = (page: Page): Locator => page.locator('.store-banner').filter({ hasText: words.claim })

async function closeFromMenu(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: en.sources.actionsOf.replace('{name}', words.name) }).click()
  await page.getByRole('menuitem', { name: en.sources.closeShort, exact: true }).click()
  return page.getByRole('dialog', { name: words.closeTitle.replace('{name}', words.name) })
}

/** Drops a file as a browser does: with its name and what is in it, and without its path. */
async function dropFile(target: Locator, name: string, text: string): Promise<void> {
  const transfer = await target.page().evaluateHandle(([fileName, content]) => {
    const data = new DataTransfer()
    data.items.add(new File([content ?? ''], fileName ?? ''))
    return data
  }, [name, text])
  await target.dispatchEvent('drop', { dataTransfer: transfer })
}

test('pasted cookies are a jar: listed, edited, signed again for Django, copied out before they are lost', async ({ coatcheck, context, face }) => {
  test.skip(python === null, 'no Python with Django 5.2')
  if (python === null) return
  if (face === 'browser') await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await coatcheck()
  await page.getByRole('button', { name: en.welcome.paste }).click()
  await pasteIntoDecoder(page, `Cookie: csrftoken=x; sessionid=${cookieOf('{"cart":{"qty":2}}')}`)
  await page.getByRole('button', { name: en.decoder.addKey }).click()
  const adding = page.getByRole('dialog', { name: en.decoder.addKeyTitle })
  await adding.getByLabel(en.decoder.secretKey, { exact: true }).fill(TABLE_KEY)
  await adding.getByRole('button', { name: en.decoder.add, exact: true }).click()
  await page.getByRole('button', { name: 'Open as a jar' }).click()
  await expect(table(page)).toHaveAttribute('aria-rowcount', '2')
  await expect(banner(page)).toContainText('there is nothing to delete')

  await sessionRow(page, 'sessionid').click()
  await editValue(page, 'qty', '3')
  await page.keyboard.press('Control+s')
  await review(page).getByRole('button', { name: /^Apply/ }).click()
  await expect(inspector(page).getByText(en.review.done.edit)).toBeVisible()
  await openTab(page, 'cookie')
  await expect(inspector(page)).toContainText('sessionid=')
  await openTab(page, 'expiry')
  await expect(inspector(page).getByRole('button', { name: en.expiry.set.delete })).toHaveAttribute('aria-disabled', 'true')

  const closing = await closeFromMenu(page)
  await expect(closing).toContainText(words.closeDescription)
  await closing.getByRole('button', { name: words.copyAndClose }).click()
  await expect(page.getByRole('button', { name: en.welcome.paste })).toBeVisible()
  if (face !== 'browser') return
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toMatch(/^Cookie: sessionid=\S+$/)
  expect(JSON.parse(await loadCookieInDjango(python, copied.replace('Cookie: sessionid=', '')))).toEqual({ cart: { qty: 3 } })
})

test('a HAR file and a cookies.txt that are dropped are jars with the domains that they tell', async ({ coatcheck, folder }) => {
  const page = await coatcheck()
  const value = cookieOf('{"n":1}')
  const har = { log: { entries: [{ request: { url: 'https://shop.example/cart', cookies: [{ name: 'sessionid', value }], headers: [] }, response: { cookies: [], headers: [] } }] } }
  await dropFile(page.locator('.drop-zone'), 'shop.har', JSON.stringify(har))
  await expect(sessionRow(page, 'sessionid')).toBeVisible()
  await expect(inspector(page)).toContainText('sessionid@shop.example')

  const path = join(folder, 'cookies.txt')
  await writeFile(path, `# Netscape HTTP Cookie File\nstage.example\tFALSE\t/\tFALSE\t0\tsessionid\t${value}\n`)
  await page.getByRole('button', { name: en.sources.decoder }).first().click()
  await dropFile(page.getByLabel(en.decoder.pasteLabel), 'cookies.txt', await readFile(path, 'utf8'))
  await page.getByRole('button', { name: 'Open as a jar' }).click()
  await expect(page.getByRole('button', { name: en.sources.actionsOf.replace('{name}', words.name) })).toHaveCount(2)
})

test('cookies are pasted into the dialog that opens sources, under a name of their own', async ({ coatcheck }) => {
  const page = await coatcheck()
  await page.getByRole('button', { name: en.welcome.open }).click()
  const dialog = page.getByRole('dialog', { name: en.sources.open.title })
  await dialog.getByRole('radio', { name: en.sources.open.fromCookies }).click()
  await dialog.getByRole('button', { name: en.sources.open.submit, exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText(en.sources.open.cookiesMissing)
  await dialog.getByLabel(en.sources.open.cookies).fill(`Cookie: shop_session=${cookieOf('{"n":1}')}`)
  await dialog.getByLabel(en.sources.open.cookieName).fill('shop_session')
  await dialog.getByLabel(en.sources.open.key, { exact: true }).fill(TABLE_KEY)
  await dialog.getByRole('button', { name: en.sources.open.submit, exact: true }).click()
  await expect(sessionRow(page, 'shop_session')).toContainText(en.workbench.signed.key)
})
