import type { Locator, Page } from '@playwright/test'
import { en } from '../../../shared/words/en.ts'

export interface Stage {
  /** Of this scene alone, empty at the start. */
  readonly folder: string
  /** Starts Coatcheck with a data folder of its own and gives its window, 1280×800. What is opened at the start; without it the welcome screen shows. */
  readonly open: (source?: string) => Promise<Page>
  /**
   * Looks at the window as it is now, in each of its sizes; it comes back in the one that it had. `reach`: what opens it, where a menu or a
   * popover closes with the size of the window.
   */
  readonly show: (page: Page, screen: string, reach?: () => Promise<void>) => Promise<void>
}

/** A way through the window, past screens that belong together. */
export interface Scene {
  readonly title: string
  readonly play: (stage: Stage) => Promise<void>
}

export const dialog = (page: Page): Locator => page.getByRole('dialog')
export const line = (page: Page, name: string): Locator => page.getByRole('navigation', { name: en.sources.regionLabel }).getByRole('button', { name })
export const bar = (page: Page): Locator => page.getByRole('combobox', { name: en.query.bar.label })

export async function ask(page: Page, query: string): Promise<void> {
  await bar(page).fill(query)
  await bar(page).press('Enter')
}

/** An action of the palette, by its title. */
export async function act(page: Page, id: keyof typeof en.actions.title): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: en.actions.placeholder }).fill(en.actions.title[id])
  await page.getByRole('option', { name: en.actions.title[id] }).first().click()
}
