import { join } from 'node:path'
import { en } from '../../shared/words/en.ts'
import { makeSessionTable } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { inspector, openFile, openTab, pasteIntoDecoder, review, table, treeLine } from './steps.ts'

const PAYLOADS = [
  '<img src=x onerror=window.hit=1>', '<script>window.hit=1</script>', '"><svg onload=window.hit=1>', 'javascript:window.hit=1',
  '{{constructor.constructor("window.hit=1")()}}', '</textarea><iframe srcdoc="<script>parent.hit=1</script>">', '\u202egnp.exe', '<a href="javascript:window.hit=1" autofocus onfocus=window.hit=1>x</a>',
]
const KEY = '<b>x<img src=x onerror=hit=1>'

test('data is text, wherever it shows: key, name, value, review, decoder, file name', async ({ coatcheck, folder }) => {
  const file = join(folder, '<img src=x onerror=window.hit=1>.sqlite3')
  const json = JSON.stringify(Object.fromEntries([['safe', 'a'], ...PAYLOADS.flatMap((payload, index) => [[`${payload}${index}`, payload]])])).replace(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
  makeSessionTable(file, [{ key: KEY, json, expireDate: Math.floor(Date.now() / 1000) * 1000 + 86_400_000 }])
  const page = await coatcheck()
  await openFile(page, file)
  await expect(table(page)).toContainText(KEY.slice(0, 6))
  await expect(inspector(page)).toContainText('onerror=window.hit=1')
  await treeLine(page, 'safe').getByText('"a"').dblclick()
  const field = inspector(page).getByLabel('Value of safe')
  await field.fill(PAYLOADS[0] ?? '')
  await field.press('Enter')
  await page.keyboard.press('Control+s')
  await expect(review(page)).toContainText('onerror')
  await page.keyboard.press('Escape')
  await inspector(page).getByText(en.inspector.data.text, { exact: true }).click()
  await openTab(page, 'anatomy')
  await openTab(page, 'expiry')
  await page.getByRole('button', { name: en.sources.decoder }).first().click()
  await pasteIntoDecoder(page, `Cookie: sessionid=${PAYLOADS.join('; sessionid=')}`)
  await expect(page.locator('img[src="x"], iframe, script:not([src]), a[href^="javascript"]')).toHaveCount(0)
  expect(await page.evaluate(() => 'hit' in window)).toBe(false)
})

test('the page refuses markup and scripts, should a mistake ever hand them over', async ({ coatcheck, faults }) => {
  const page = await coatcheck()
  await page.getByRole('heading', { name: en.welcome.name }).waitFor()
  const refused = await page.evaluate(() => {
    const attempts: Record<string, () => unknown> = {
      'markup': () => { document.body.innerHTML = '<b>markup</b>' },
      'a script': () => { document.createElement('script').textContent = 'window.hit = 1' },
      'a policy of its own': () => (window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }).trustedTypes.createPolicy('mine', {}),
    }
    const throws = (attempt: () => unknown): boolean => {
      try {
        attempt()
        return false
      } catch {
        return true
      }
    }
    return Object.entries(attempts).filter(([, attempt]) => throws(attempt)).map(([name]) => name)
  })
  expect(refused).toEqual(['markup', 'a script', 'a policy of its own'])
  await page.evaluate(() => {
    const frame = Object.assign(document.createElement('iframe'), { src: 'https://example.com/' })
    const image = Object.assign(new Image(), { src: 'https://example.com/pixel.png' })
    document.body.append(frame, image)
  })
  // Each of them was noticed: the watch over the other tests is awake.
  await expect.poll(() => faults.filter((fault) => /Trusted|Content Security Policy/.test(fault)).length).toBeGreaterThanOrEqual(5)
  faults.length = 0
})
