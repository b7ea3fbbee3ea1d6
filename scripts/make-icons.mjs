// Draws resources/icons/*.png from resources/public/icon.svg with an installed Chromium (CHROMIUM names another one).
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'

const SIZES = [16, 32, 48, 64, 128, 256, 512]
const RESOURCES = join(import.meta.dirname, '../resources')

const svg = readFileSync(join(RESOURCES, 'public/icon.svg'), 'utf8')
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
const page = await browser.newPage()
mkdirSync(join(RESOURCES, 'icons'), { recursive: true })
for (const size of SIZES) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`)
  await page.screenshot({ path: join(RESOURCES, `icons/${size}x${size}.png`), omitBackground: true })
}
await browser.close()
