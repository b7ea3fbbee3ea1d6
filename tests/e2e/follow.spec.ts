import type { Locator, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { saveInDjango } from '../support/django-session.ts'
import { currentDjango } from '../support/django.ts'
import { expect, test } from './fixtures.ts'
import { CART_KEY, fillOpenDialog, inspector, makeShop, openFile, openTab, selectSession, sessionRow, table, tree, treeLine } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const python = currentDjango()
const shots = process.env['COATCHECK_SHOTS']

const timeline = (page: Page): Locator => inspector(page).getByRole('list', { name: en.history.follow.list })
const menuItem = (page: Page, name: string | RegExp): Locator => page.getByRole('menuitem', { name })

async function checkInBothThemes(page: Page, screen: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect.soft(await wcagFaults(page), `${screen}, ${colorScheme}`).toEqual([])
    if (shots !== undefined) await page.screenshot({ path: `${shots}/${screen}-${colorScheme}.png` })
  }
  if (shots !== undefined) {
    await page.setViewportSize({ width: 900, height: 600 })
    await page.screenshot({ path: `${shots}/${screen}-small.png` })
    await page.setViewportSize({ width: 1280, height: 800 })
  }
}

test('each save of a Django process shows as it happens, with its diff, and secrets stay hidden', async ({ coatcheck, folder }) => {
  test.skip(python === null, 'no Python with Django 5.2')
  const file = makeShop(folder)
  const page = await coatcheck()
  await openFile(page, file)
  await selectSession(page, CART_KEY)
  await table(page).focus()
  await page.keyboard.press('6')
  await expect(inspector(page).getByText(en.history.changes.none)).toBeVisible()
  await inspector(page).getByRole('button', { name: en.history.follow.start, exact: true }).click()
  await expect(timeline(page).getByRole('listitem')).toHaveCount(1)
  if (python === null) return
  await saveInDjango(python, file, CART_KEY, { name: 'coupon', json: '"WELCOME10"' })
  await expect(timeline(page).getByRole('listitem')).toHaveCount(2)
  await saveInDjango(python, file, CART_KEY, { name: 'cart', json: '{"sku":"A1","qty":7}' })
  await expect(timeline(page).getByRole('listitem')).toHaveCount(3)
  await saveInDjango(python, file, CART_KEY, { name: 'oauth_token', json: '"a-very-secret-thing"' })
  const entries = timeline(page).getByRole('listitem')
  await expect(entries).toHaveCount(4)
  await expect(entries.nth(0)).toContainText('oauth_token')
  await expect(entries.nth(0)).not.toContainText('a-very-secret-thing')
  await expect(entries.nth(1)).toContainText('qty: 7')
  await expect(entries.nth(2)).toContainText('WELCOME10')
  await expect(inspector(page).getByRole('status').filter({ hasText: 'Saved, 1 key changed' })).toHaveCount(1)
  await checkInBothThemes(page, 'follow')

  await entries.nth(0).getByRole('button', { name: en.inspector.data.reveal }).click()
  await expect(entries.nth(0)).toContainText('a-very-secret-thing')
  await openTab(page, 'data')
  await expect(treeLine(page, 'coupon')).toContainText('WELCOME10')
  await expect(treeLine(page, 'oauth_token')).not.toContainText('a-very-secret-thing')
  await openTab(page, 'history')
  await inspector(page).getByRole('button', { name: en.history.follow.stop, exact: true }).click()
  await saveInDjango(python, file, CART_KEY, { name: 'coupon', json: '"LATER"' })
  await page.waitForTimeout(1500)
  await expect(entries).toHaveCount(4)

  await page.reload()
  await expect(inspector(page).getByRole('tab', { name: en.inspector.tabs.history }), 'the tab is remembered').toHaveAttribute('aria-selected', 'true')
})

test('two sessions are compared side by side', async ({ coatcheck, folder }) => {
  const page = await coatcheck()
  await openFile(page, makeShop(folder))
  await sessionRow(page, CART_KEY).click({ modifiers: ['Control'] })
  await sessionRow(page, 'anonanon').click({ modifiers: ['Control'] })
  await page.getByRole('button', { name: en.history.compare.open, exact: true }).click()
  const comparison = page.getByRole('region', { name: en.history.compare.heading })
  await expect(comparison).toContainText('visit_count')
  await expect(comparison.getByRole('row', { name: /^Owner ?, differs/ })).toContainText('anonymous')
  await expect(comparison).not.toContainText('deadbeef')
  await checkInBothThemes(page, 'compare')
  await comparison.getByRole('button', { name: en.history.compare.back }).click()
  await expect(page.getByRole('heading', { name: en.workbench.selection.heading })).toBeVisible()
})

test('rows, values and sources have menus of their actions, by mouse and by key', async ({ coatcheck, folder, face, context }) => {
  if (face === 'browser') await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await coatcheck()
  const file = makeShop(folder)
  await openFile(page, file)
  await selectSession(page, CART_KEY)
  await sessionRow(page, 'botsbots').click({ button: 'right' })
  await expect(menuItem(page, en.actions.title['show-history'])).toBeVisible()
  await checkInBothThemes(page, 'menu')
  await page.keyboard.press('Escape')
  await expect(table(page)).toBeFocused()
  await expect(inspector(page).getByText('botsbo').first()).toBeVisible()

  await page.keyboard.press('Shift+F10')
  await menuItem(page, en.actions.title['copy-link']).click()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(Object.fromEntries(new URL(link).searchParams)).toEqual({ path: file, key: 'botsbotsbotsbotsbotsbotsbotsbots' })

  await selectSession(page, CART_KEY)
  await treeLine(page, 'sku').click({ button: 'right' })
  await menuItem(page, en.actions.title['copy-path']).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('cart.sku')
  await tree(page).focus()
  await page.keyboard.press('Shift+F10')
  await menuItem(page, en.actions.title['copy-json']).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('"A1"')

  await page.getByRole('navigation', { name: en.sources.regionLabel }).getByRole('button', { name: en.sources.engine.db }).click({ button: 'right' })
  await menuItem(page, en.actions.title['close-source']).click()
  await expect(page.getByRole('heading', { name: en.welcome.name })).toBeVisible()
})

test('while the screen is shared no value, key or owner shows', async ({ coatcheck, folder }) => {
  const page = await coatcheck()
  await openFile(page, makeShop(folder))
  await selectSession(page, CART_KEY)
  await expect(treeLine(page, 'sku')).toContainText('A1')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('screen share')
  await page.keyboard.press('Enter')
  const mark = page.getByRole('button', { name: new RegExp(`^${en.states.veiled.mark}`) })
  await expect(mark).toBeVisible()
  await expect(treeLine(page, 'sku')).not.toContainText('A1')
  await openTab(page, 'anatomy')
  await expect(inspector(page).getByRole('heading', { name: en.states.veiled.title })).toBeVisible()
  await openTab(page, 'data')
  await checkInBothThemes(page, 'shared')
  const seen = await page.evaluate(() => `${document.title} ${location.href} ${document.body.innerText}`)
  expect(seen).not.toMatch(/cartcartcart|user 42|deadbeef|A1/)
  await mark.click()
  await expect(treeLine(page, 'sku')).toContainText('A1')
})

test('a link opens the session it names; a hostile one is refused with a reason', async ({ coatcheck, folder }) => {
  const page = await coatcheck()
  await page.getByRole('button', { name: en.welcome.open }).click()
  const dialog = page.getByRole('dialog', { name: en.sources.open.title })
  for (const hostile of ['coatcheck://delete?path=/etc', 'coatcheck://open?path=//evil.example/share', `coatcheck://open?path=${folder}&yes=1`]) {
    await fillOpenDialog(page, hostile, null)
    await expect(dialog.getByRole('alert')).toContainText('This link is refused.')
  }
  await fillOpenDialog(page, `coatcheck://open?${new URLSearchParams({ path: makeShop(folder), key: 'anonanonanonanonanonanonanonanon' }).toString()}`, null)
  await expect(treeLine(page, 'visit_count')).toContainText('3')
})

test('the program is started with a link to a session', async ({ coatcheck, folder }) => {
  const page = await coatcheck({ source: `coatcheck://open?${new URLSearchParams({ path: makeShop(folder), key: 'anonanonanonanonanonanonanonanon' }).toString()}` })
  await expect(treeLine(page, 'visit_count')).toContainText('3')
  expect(page.url()).not.toContain('anonanon')
})
