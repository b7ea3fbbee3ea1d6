import { join } from 'node:path'
import { en } from '../../shared/words/en.ts'
import { makeSessionTable } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { openFile, table } from './steps.ts'

const ROWS = 100_000

/** Session `n` in key order has the key `n`, so that a row tells whether it stands in its place. */
function* numbered() {
  const expireDate = Math.floor(Date.now() / 1000) * 1000 + 86_400_000
  for (let n = 0; n < ROWS; n++) yield { key: `${String(n).padStart(6, '0')}${'k'.repeat(26)}`, json: '{"n":1}', expireDate: expireDate + ((n * 7919) % ROWS) * 1000 }
}

test('100,000 sessions: every part is reached, and every row stands in its place', async ({ coatcheck, folder }) => {
  test.setTimeout(120_000)
  const file = join(folder, 'many.sqlite3')
  makeSessionTable(file, numbered())
  const page = await coatcheck()
  await openFile(page, file)
  const grid = table(page)
  await grid.getByRole('button', { name: en.workbench.column.key }).click()
  await expect(grid.getByRole('row').nth(1)).toContainText('000000')
  await expect(grid).toHaveAttribute('aria-rowcount', String(ROWS + 1), { timeout: 30_000 })

  const rowsInPlace = () => grid.evaluate((element) => {
    const view = element.getBoundingClientRect()
    const rows = [...element.querySelectorAll('[role="row"][aria-rowindex]')].slice(1).filter((row) => {
      const { top, bottom } = row.getBoundingClientRect()
      return top >= view.top + 30 && bottom <= view.bottom
    })
    return rows.map((row) => ({ at: Number(row.getAttribute('aria-rowindex')) - 2, key: row.querySelector('.key')?.textContent?.slice(0, 6) ?? 'not read' }))
  })
  const expectInPlace = async (around: number): Promise<void> => {
    await expect(async () => {
      const rows = await rowsInPlace()
      expect(rows.length).toBeGreaterThan(10)
      expect(rows.map(({ key }) => key)).toEqual(rows.map(({ at }) => String(at).padStart(6, '0')))
      expect(Math.abs((rows[0]?.at ?? -1) - around)).toBeLessThan(ROWS / 20)
    }).toPass({ timeout: 20_000 })
  }

  await expectInPlace(0)
  for (const part of [0.5, 0.13, 0.87]) {
    await grid.evaluate((element, share) => { element.scrollTop = (element.scrollHeight - element.clientHeight) * share }, part)
    await expectInPlace(ROWS * part)
  }
  await grid.focus()
  await page.keyboard.press('End')
  await expectInPlace(ROWS - 20)
  await page.keyboard.press('PageUp')
  await page.keyboard.press('Home')
  await expectInPlace(0)
})
