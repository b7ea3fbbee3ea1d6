import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { en } from '../../../shared/words/en.ts'
import { openDecoderOfDemo, pasteIntoDecoder, sessionRow, verdicts } from '../steps.ts'
import type { Scene } from './scene.ts'
import { dialog } from './scene.ts'

const COOKIES = readFileSync(join(import.meta.dirname, '../../../resources/demo/cookies.txt'), 'utf8').split('\n\n')

export const decoding: readonly Scene[] = [
  { title: 'the decoder', play: async ({ open, show }) => {
    const page = await open()
    await openDecoderOfDemo(page)
    await show(page, 'decoder')
    await pasteIntoDecoder(page, [2, 4, 6, 8].map((at) => COOKIES[at]).join('\n\n'))
    await verdicts(page).waitFor()
    await show(page, 'decoder-verdicts')
    await page.getByRole('button', { name: en.why.ofPaste.open }).click()
    await dialog(page).getByRole('listitem').first().waitFor()
    await show(page, 'decoder-why')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: en.decoder.editAndSign }).first().click()
    await show(page, 'decoder-sign')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: en.decoder.addKey }).click()
    await show(page, 'decoder-key')
    await page.keyboard.press('Escape')
    await pasteIntoDecoder(page, 'Lunch at twelve? The build is green: see #812.')
    await page.getByText(en.decoder.none.title).waitFor()
    await show(page, 'decoder-nothing')
  } },
  { title: 'a jar of cookies', play: async ({ open, show }) => {
    const page = await open()
    await page.getByRole('button', { name: en.welcome.paste }).click()
    await pasteIntoDecoder(page, [2, 4].map((at) => COOKIES[at]).join('\n\n'))
    await verdicts(page).waitFor()
    await page.getByRole('button', { name: 'Open 2 as a jar' }).first().click()
    await sessionRow(page, 'sessionid').first().waitFor()
    await show(page, 'jar')
  } },
]
