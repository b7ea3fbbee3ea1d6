import { en } from '../../shared/words/en.ts'
import { loadInDjango, saveInDjango } from '../support/django-session.ts'
import { currentDjango } from '../support/django.ts'
import { readRow } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { CART_KEY, editValue, inspector, makeShop, openFile, openTab, review, selectSession, sessionRow, treeLine } from './steps.ts'

const python = currentDjango()

test.describe('edit, review, apply, undo', () => {
  test('an edit of one value reaches Django, and undo brings back the very bytes', async ({ coatcheck, folder }) => {
    test.skip(python === null, 'no Python with Django 5.2')
    const file = makeShop(folder)
    const before = readRow(file, CART_KEY)
    const page = await coatcheck()
    await openFile(page, file)
    await selectSession(page, CART_KEY)
    await editValue(page, 'qty', '3')
    expect(readRow(file, CART_KEY), 'typing writes nothing').toEqual(before)

    await page.keyboard.press('Control+s')
    await expect(review(page)).toContainText(en.review.notYet)
    await expect(review(page).getByRole('insertion')).toHaveCount(1)
    await expect(review(page).getByRole('insertion')).toContainText('3')
    expect(readRow(file, CART_KEY), 'a review writes nothing').toEqual(before)
    await review(page).getByRole('button', { name: /^Apply/ }).click()
    await expect(inspector(page).getByText(en.review.done.edit)).toBeVisible()

    const after = readRow(file, CART_KEY)
    expect(after?.expire_date).toBe(before?.expire_date)
    if (python !== null) expect(JSON.parse(await loadInDjango(python, file, CART_KEY))).toMatchObject({ _auth_user_id: '42', cart: { sku: 'A1', qty: 3 } })
    await expect(treeLine(page, 'qty')).toContainText('3')

    await inspector(page).getByRole('button', { name: en.review.done.undoButton, exact: true }).click()
    await expect.poll(() => readRow(file, CART_KEY)).toEqual(before)
    await expect(treeLine(page, 'qty')).toContainText('2')
  })

  test('what the app saved meanwhile is not overwritten', async ({ coatcheck, folder }) => {
    test.skip(python === null, 'no Python with Django 5.2')
    const file = makeShop(folder)
    const page = await coatcheck()
    await openFile(page, file)
    await selectSession(page, CART_KEY)
    await editValue(page, 'qty', '3')
    await page.keyboard.press('Control+s')
    await expect(review(page)).toBeVisible()
    if (python !== null) await saveInDjango(python, file, CART_KEY, { name: 'coupon', json: '"WELCOME10"' })
    const saved = readRow(file, CART_KEY)
    await review(page).getByRole('button', { name: /^Apply/ }).click()
    const sheet = page.getByRole('dialog')
    await expect(sheet).toContainText(en.review.conflict.nothing)
    await expect(sheet).toContainText('WELCOME10')
    expect(readRow(file, CART_KEY)).toEqual(saved)

    await sheet.getByRole('button', { name: en.review.conflict.takeTheirs }).click()
    await expect(treeLine(page, 'coupon')).toContainText('WELCOME10')
    await expect(treeLine(page, 'qty')).toContainText('2')
    expect(readRow(file, CART_KEY)).toEqual(saved)
  })

  test('"keep mine" joins my edit to what the app saved', async ({ coatcheck, folder }) => {
    test.skip(python === null, 'no Python with Django 5.2')
    const file = makeShop(folder)
    const page = await coatcheck()
    await openFile(page, file)
    await selectSession(page, CART_KEY)
    await editValue(page, 'qty', '3')
    await page.keyboard.press('Control+s')
    await expect(review(page)).toBeVisible()
    if (python !== null) await saveInDjango(python, file, CART_KEY, { name: 'coupon', json: '"WELCOME10"' })
    await review(page).getByRole('button', { name: /^Apply/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: en.review.conflict.keepMine }).click()
    await review(page).getByRole('button', { name: /^Apply/ }).click()
    await expect(inspector(page).getByText(en.review.done.edit)).toBeVisible()
    if (python !== null) expect(JSON.parse(await loadInDjango(python, file, CART_KEY))).toMatchObject({ cart: { qty: 3 }, coupon: 'WELCOME10' })
  })
})

test('"Expire now" ends the session for Django, and undo gives it its life back', async ({ coatcheck, folder }) => {
  test.skip(python === null, 'no Python with Django 5.2')
  const file = makeShop(folder)
  const before = readRow(file, CART_KEY)
  const page = await coatcheck()
  await openFile(page, file)
  await selectSession(page, CART_KEY)
  await openTab(page, 'expiry')
  await inspector(page).getByRole('button', { name: en.expiry.set.expireNow }).click()
  await review(page).getByRole('button', { name: en.review.expireNow }).click()
  await expect(inspector(page).getByRole('button', { name: en.review.done.undoButton, exact: true })).toBeVisible()
  expect(readRow(file, CART_KEY)?.session_data, 'the data stays').toBe(before?.session_data)
  if (python !== null) expect(await loadInDjango(python, file, CART_KEY)).toBe('{}')

  await inspector(page).getByRole('button', { name: en.review.done.undoButton, exact: true }).click()
  await expect.poll(() => readRow(file, CART_KEY)).toEqual(before)
})

test('delete removes one row, and undo puts it back', async ({ coatcheck, folder }) => {
  const file = makeShop(folder)
  const before = readRow(file, CART_KEY)
  const page = await coatcheck()
  await openFile(page, file)
  await selectSession(page, CART_KEY)
  await openTab(page, 'expiry')
  await inspector(page).getByRole('button', { name: en.expiry.set.delete }).click()
  await review(page).getByRole('button', { name: en.review.delete }).click()
  await expect.poll(() => readRow(file, CART_KEY)).toBeNull()
  await expect(sessionRow(page, CART_KEY)).toHaveCount(0)

  await page.getByRole('button', { name: en.review.done.undoButton }).first().click()
  await expect.poll(() => readRow(file, CART_KEY)).toEqual(before)
  await expect(sessionRow(page, CART_KEY)).toHaveCount(1)
})
