import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

export interface WcagOptions {
  /** Only these; `all`: also what axe advises beyond WCAG. Missing: all of WCAG 2.2 AA. */
  readonly rules?: readonly string[] | 'all' | undefined
  /** Selector of the part that is looked at. */
  readonly within?: string
}

/** What axe finds wrong in the window as it is now: one text for each rule that is broken. */
export async function wcagFaults(page: Page, { rules, within }: WcagOptions = {}): Promise<readonly string[]> {
  // Without a second page: Electron cannot open one. Where each thing that is right stands takes longest to tell, and nobody asks.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] })
  if (within !== undefined) axe.include(within)
  if (rules === undefined) axe.withTags(WCAG)
  else if (rules !== 'all') axe.withRules([...rules])
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`).join('\n')}`)
}
