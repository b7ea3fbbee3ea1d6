import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import type { TrapServer } from '../support/trap-server.ts'
import { setTrap } from '../support/trap-server.ts'
import { expect, test } from './fixtures.ts'
import { inspector, openFile, openTab, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const words = en.workbench.usersNotAsked
const SAMPLE = join(import.meta.dirname, '../fixtures/projects/startproject-5')
/** `_auth_user_id` is 1; nobody has signed it. */
const SESSION = 'eyJfYXV0aF91c2VyX2lkIjoiMSIsIl9hdXRoX3VzZXJfYmFja2VuZCI6ImRqYW5nby5jb250cmliLmF1dGguYmFja2VuZHMuTW9kZWxCYWNrZW5kIiwiX2F1dGhfdXNlcl9oYXNoIjoieCJ9:1x0GTg:x'

/** Sessions in files here, users on a server that counts who comes. */
async function makeProject(folder: string): Promise<{ readonly project: string; readonly place: string; readonly trap: TrapServer }> {
  const trap = await setTrap()
  const project = join(folder, 'corner-shop')
  cpSync(SAMPLE, project, { recursive: true })
  mkdirSync(join(project, 'sessions'))
  writeFileSync(join(project, 'sessions/sessionidabcdefghabcdefghabcdefghabcdefgh'), SESSION)
  appendFileSync(join(project, 'site_/settings.py'), `
SESSION_ENGINE = "django.contrib.sessions.backends.file"
SESSION_FILE_PATH = str(BASE_DIR / "sessions")
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "ana", "HOST": "127.0.0.1", "PORT": ${trap.port}}}
`)
  return { project, place: `ana@127.0.0.1:${trap.port}/shop`, trap }
}

async function check(page: Page, screen: string): Promise<void> {
  expect.soft(await wcagFaults(page), screen).toEqual([])
}

for (const theme of ['light', 'dark'] as const) {
  test(`users on a server are asked for by one button that shows the place, and by nothing else, ${theme}`, async ({ coatcheck, folder }) => {
    const { project, place, trap: users } = await makeProject(folder)
    await using trap = users
    const page = await coatcheck()
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await openFile(page, project, null)
    await table(page).waitFor()
    const banner = page.getByRole('region', { name: en.workbench.paneSessions }).locator('.store-banner')
    await expect(banner).toContainText(place)
    await openTab(page, 'owner')
    await expect(inspector(page)).toContainText(words.title)
    await expect(inspector(page)).toContainText(place)
    await check(page, 'owner')
    expect(trap.count()).toBe(0)
    await inspector(page).getByRole('button', { name: words.action }).click()
    await expect(inspector(page)).toContainText('CONNECT_')
    expect(trap.count()).toBeGreaterThan(0)
    await check(page, 'failed')
  })
}
