import { appendFileSync, cpSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { currentDjango } from '../support/django.ts'
import { expect, test } from './fixtures.ts'
import { makeShop, openDecoderOfDemo, openFile, pasteIntoDecoder, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const words = en.projectView
const SAMPLE = join(import.meta.dirname, '../fixtures/projects/startproject-5')
const COOKIE = 'eyJjYXJ0IjoxfQ:1x0GTg:wIVDqLmTIVNV8RUVMmHjuqDNqGzbEJHTYOHJ6ApdoLo'

function makeProject(folder: string, settings: string): string {
  const project = join(folder, 'corner-shop')
  cpSync(SAMPLE, project, { recursive: true })
  appendFileSync(join(project, 'site_/settings.py'), `\n${settings}\n`)
  return project
}

const line = (page: Page, name: string) => page.getByRole('navigation', { name: en.sources.regionLabel }).getByRole('button', { name })

async function check(page: Page, screen: string): Promise<void> {
  expect.soft(await wcagFaults(page), screen).toEqual([])
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(`WCAG 2.2 AA, ${theme}`, () => {
    test.use({ colorScheme: theme })

    test('cookies for a project that keeps its sessions in them', async ({ coatcheck, folder }) => {
      const page = await coatcheck()
      await openFile(page, makeProject(folder, 'SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"'), null)
      await check(page, 'no cookies yet')
      await page.getByRole('button', { name: en.sources.cookies.add }).last().click()
      const dialog = page.getByRole('dialog', { name: /^Cookies for / })
      await check(page, 'cookies')
      await dialog.getByRole('button', { name: en.sources.cookies.submit }).click()
      await expect(dialog.getByText(en.sources.cookies.missing)).toBeVisible()
      await check(page, 'cookies are missing')
    })

    test('why a pasted cookie is no login', async ({ coatcheck }) => {
      const page = await coatcheck()
      await openDecoderOfDemo(page)
      await pasteIntoDecoder(page, `Cookie: sessionid=${COOKIE}`)
      await page.getByRole('button', { name: en.why.ofPaste.open }).click()
      const dialog = page.getByRole('dialog', { name: en.why.ofPaste.title })
      await expect(dialog.getByRole('listitem').first()).toBeVisible()
      await check(page, 'why')
    })

    test('a store of which expired rows are not counted yet', async ({ coatcheck, folder }) => {
      const page = await coatcheck()
      await openFile(page, makeProject(folder, 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "ana", "HOST": "127.0.0.1", "PORT": 9}}'), null)
      await line(page, words.doctor.line).click()
      await expect(page.getByRole('button', { name: words.doctor.countRows })).toBeVisible()
      await check(page, 'not counted')
      await page.getByRole('button', { name: words.doctor.countRows }).click()
      await expect(page.getByText('CONNECT_REFUSED')).toBeVisible()
      await check(page, 'cannot be counted')
    })

    test('what its own Python said, beside what the files told', async ({ coatcheck, folder }) => {
      const django = currentDjango()
      test.skip(django === null, 'No Python with a current Django is here to be trusted.')
      if (django === null) return
      const project = makeProject(folder, 'import os\nSESSION_COOKIE_AGE = 3600 + (os.getpid() > 0)\nSESSION_COOKIE_SECURE = not os.environ.get("NOWHERE_SET")')
      makeShop(project)
      symlinkSync(dirname(dirname(django.path)), join(project, '.venv'))
      const page = await coatcheck()
      await openFile(page, project, null)
      await table(page).waitFor()
      await line(page, words.settings.line).click()
      await page.getByRole('button', { name: words.trust.open }).click()
      await check(page, 'trust')
      await page.getByRole('dialog').getByRole('button', { name: words.trust.submit }).click()
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      const row = page.getByRole('table', { name: words.settings.heading }).getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'SESSION_COOKIE_AGE', exact: true }) })
      await expect(row).toContainText('3601')
      await expect(row).toContainText(/site_\/settings\.py:\d+/)
      await expect(row).toContainText(words.settings.filesAlone.replace('{value}', ''))
      await check(page, 'settings')
    })
  })
}
