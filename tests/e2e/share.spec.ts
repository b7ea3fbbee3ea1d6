import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { SECRETS, shared } from './screens/sharing.ts'

test('while the screen is shared, no owner, value, secret or whole key is on any screen, in the title or in the address', async ({ coatcheck, folder }) => {
  test.setTimeout(300_000)
  const files = join(folder, 'files')
  mkdirSync(files)
  const { key, ...others } = SECRETS
  await shared.play({
    folder: files,
    open: (source) => coatcheck(source === undefined ? {} : { source }),
    show: async (page, screen, reach) => {
      await reach?.()
      const seen = [await page.content(), await page.title(), page.url()].join('\n')
      for (const secret of [key, ...Object.values(others)]) expect.soft(seen, `${screen}: ${secret}`).not.toContain(secret)
      // What was asked stands in its field, and is drawn there only for who goes on writing it.
      const bar = page.locator('.query-bar .is-veiled input')
      if (await bar.count() > 0) await expect(bar).toHaveCSS('color', 'rgba(0, 0, 0, 0)')
    },
  })
})
