import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const STYLE = 'body{font:14px system-ui;margin:24px;background:#777;color:#fff}.row{display:grid;grid-template-columns:repeat(4,1fr);gap:8px;align-items:start}img{width:100%;display:block}h3{margin:16px 0 4px}'

/**
 * A page with all pictures, scene by scene.
 * @param {string} out @param {readonly { readonly title: string, readonly screens: readonly string[] }[]} scenes
 * @param {{ readonly themes: readonly string[], readonly sizes: readonly { readonly width: number }[] }} shown
 */
export async function writeSheet(out, scenes, { themes, sizes }) {
  const parts = scenes.flatMap(({ title, screens }) => [`<h2>${title}</h2>`, ...screens.map((screen) => {
    const names = sizes.flatMap(({ width }) => themes.map((theme) => `${screen}-${theme}-${width}.png`))
    return `<h3>${screen}</h3><div class="row">${names.map((name) => `<a href="${name}"><img loading="lazy" alt="${name}" src="${name}"></a>`).join('')}</div>`
  })])
  await writeFile(join(out, 'index.html'), `<!doctype html><html lang="en"><meta charset="utf-8"><title>Screens of Coatcheck</title><style>${STYLE}</style>${parts.join('\n')}</html>\n`)
}
