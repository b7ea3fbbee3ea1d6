import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { MenuItemConstructorOptions } from 'electron'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AppOptions } from '../../../electron/app/compose.ts'
import { CONTENT_SECURITY_POLICY } from '../../../electron/host/headers.ts'
import { start } from '../../../electron/main/bootstrap.ts'
import { LINKS } from '../../../shared/links.ts'
import { MENU_ACTIONS } from '../../../shared/actions.ts'
import { DEFAULT_PREFERENCES } from '../../../shared/model/default-preferences.ts'
import { CHANNELS } from '../../../shared/rpc/bridge.ts'
import type { FakeElectron, FakeWindow } from '../../support/electron.ts'
import { FakeContents, fakeElectron, fakeFrame } from '../../support/electron.ts'
import { silentDispatcher } from '../../support/test-host.ts'

let folder: string
let database: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coatcheck-main-'))
  mkdirSync(join(folder, 'out/renderer/assets'), { recursive: true })
  mkdirSync(join(folder, 'out/main'))
  writeFileSync(join(folder, 'out/renderer/index.html'), '<!doctype html>')
  database = join(folder, 'db.sqlite3')
  writeFileSync(database, '')
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Started extends FakeElectron {
  readonly composed: AppOptions
  readonly window: FakeWindow
}

async function startApp({ args = [] as string[], env = {}, electron = fakeElectron() } = {}): Promise<Started> {
  let composed: AppOptions | undefined
  await start(electron.api, {
    entry: pathToFileURL(join(folder, 'out/main/index.js')).href,
    args: ['/opt/coatcheck', ...(electron.app.isPackaged ? [] : ['/src']), ...args],
    env: { COATCHECK_DATA_FOLDER: join(folder, 'data'), ...env },
    platform: 'linux',
    packagedResources: join(folder, 'resources'),
    compose: async (options) => {
      composed = options
      return { dispatcher: silentDispatcher, dispose: async () => { electron.log.push('disposed') } }
    },
  })
  if (composed === undefined || electron.windows[0] === undefined) throw new Error('The app did not start.')
  return { ...electron, composed, window: electron.windows[0] }
}

describe('the window', () => {
  test('is sandboxed and isolated, and shows our own page', async () => {
    const { window, log } = await startApp()
    expect(window.options.webPreferences).toEqual({
      preload: join(folder, 'out/preload/index.cjs'),
      sandbox: true, contextIsolation: true, webSecurity: true,
      nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
      allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false, navigateOnDragDrop: false, spellcheck: false,
      devTools: false,
    })
    expect(window.options).toMatchObject({ minWidth: 760, minHeight: 480, show: false })
    expect(window.loaded).toBe('app://coatcheck/index.html')
    expect(log).toContain('sandbox')
  })

  test('the scheme has no more privileges than a web page, and is known before Electron is ready', async () => {
    const { log } = await startApp()
    expect(log.indexOf('scheme app standard,secure,supportFetchAPI')).toBeGreaterThan(-1)
    expect(log.indexOf('scheme app standard,secure,supportFetchAPI')).toBeLessThan(log.indexOf('ready'))
  })

  test('the development server counts only for a checkout', async () => {
    const env = { ELECTRON_RENDERER_URL: 'http://localhost:5173' }
    expect((await startApp({ env })).window.loaded).toBe('app://coatcheck/index.html')
    expect((await startApp({ env, electron: fakeElectron({ packaged: false }) })).window.loaded).toBe('http://localhost:5173/index.html')
  })

  test('keeps its place for the next start', async () => {
    const first = await startApp()
    expect(first.window.options).toMatchObject({ width: 1280, height: 800 })
    first.window.emit('close')
    expect((await startApp()).window.options).toMatchObject({ x: 10, y: 20, width: 900, height: 700 })
  })
})

describe('pages', () => {
  test('carry the policy, whatever the answer', async () => {
    const { fetchPage } = await startApp()
    for (const [url, status] of [['app://coatcheck/index.html', 200], ['app://coatcheck/', 200], ['app://coatcheck/none', 404], ['app://coatcheck/../../etc/passwd', 404], ['app://other/index.html', 421]] as const) {
      const response = await fetchPage(url)
      expect([url, response.status]).toEqual([url, status])
      expect(response.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect((await fetchPage('app://coatcheck/index.html', 'POST')).status).toBe(405)
  })
})

describe('what a page may not do', () => {
  test('any permission but to copy text, asked or checked', async () => {
    const { session } = await startApp()
    const contents = new FakeContents()
    const asked = (permission: string): boolean => {
      let granted = true
      session.request(contents, permission, (answer) => { granted = answer })
      return granted
    }
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'fullscreen', 'openExternal', 'fileSystem', 'hid', 'serial', 'usb', 'display-capture', 'unknown']) {
      expect([permission, asked(permission), session.check(contents, permission, 'app://coatcheck/')]).toEqual([permission, false, false])
    }
    expect([asked('clipboard-sanitized-write'), session.check(contents, 'clipboard-sanitized-write', 'app://coatcheck/')]).toEqual([true, true])
    contents.mainFrame = fakeFrame('https://evil.example')
    expect([asked('clipboard-sanitized-write'), session.check(contents, 'clipboard-sanitized-write', 'https://evil.example/')]).toEqual([false, false])
    expect(session.device()).toBe(false)
  })

  const prevented = (emitter: { emit(name: string, event: unknown): boolean }, name: string, url = 'https://evil.example/'): boolean => {
    let stopped = false
    emitter.emit(name, { url, preventDefault: () => { stopped = true } })
    return stopped
  }

  test('downloads, but of what it made itself', async () => {
    const { session } = await startApp()
    const isStopped = (url: string): boolean => {
      let stopped = false
      session.emit('will-download', { preventDefault: () => { stopped = true } }, { getURL: () => url })
      return stopped
    }
    for (const url of ['https://evil.example/a.exe', 'blob:https://evil.example/1', 'blob:app://coatcheck.evil/1', 'app://coatcheck/index.html', 'data:text/html,x', 'file:///etc/passwd', '']) expect([url, isStopped(url)]).toEqual([url, true])
    expect(isStopped('blob:app://coatcheck/8f7a')).toBe(false)
  })

  test('go elsewhere, by link, redirect, frame or webview', async () => {
    const { app } = await startApp()
    const contents = new FakeContents()
    app.emit('web-contents-created', {}, contents)
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      for (const url of ['https://evil.example/', 'file:///etc/passwd', 'app://coatcheck/other.html', 'app://coatcheck.evil/index.html', 'data:text/html,x', 'javascript:x']) {
        expect([name, url, prevented(contents, name, url)]).toEqual([name, url, true])
      }
      expect(prevented(contents, name, 'app://coatcheck/index.html#top')).toBe(false)
    }
    expect(prevented(contents, 'will-attach-webview')).toBe(true)
  })

  test('open windows; only a link of the fixed list leaves, to the browser', async () => {
    const { app, log } = await startApp()
    const contents = new FakeContents()
    app.emit('web-contents-created', {}, contents)
    for (const url of ['https://evil.example/', `${LINKS.sessions}?x`, `${LINKS.sessions}#x`, 'file:///etc/passwd', 'mailto:x', 'about:blank']) expect(contents.windowOpenHandler({ url })).toEqual({ action: 'deny' })
    expect(log.filter((line) => line.startsWith('open'))).toEqual([])
    expect(contents.windowOpenHandler({ url: LINKS.sessions })).toEqual({ action: 'deny' })
    expect(log.filter((line) => line.startsWith('open'))).toEqual([`open ${LINKS.sessions}`])
  })
})

describe('opening from outside', () => {
  const ready = (started: Started): [string, unknown][] => {
    const { ipc, window } = started
    ipc.emit(CHANNELS.ready, { sender: window.webContents, senderFrame: window.webContents.mainFrame })
    return window.webContents.sent
  }

  test('a path among the arguments is opened at the start', async () => {
    expect((await startApp({ args: ['--flag', '/no/such/file', database] })).composed.openAtStart).toBe(database)
    expect((await startApp()).composed.openAtStart).toBeNull()
  })

  test('a link with a session key waits for the page', async () => {
    const started = await startApp({ args: [`coatcheck://open?path=${encodeURIComponent(database)}&key=abc`] })
    expect(started.composed.openAtStart).toBeNull()
    expect(ready(started)).toEqual([[CHANNELS.request, { kind: 'open', path: database, key: 'abc' }]])
  })

  test('a link that is refused is told without what it said', async () => {
    const started = await startApp({ args: ['coatcheck://open?path=//evil.example/share&key=abc'] })
    expect(started.composed.openAtStart).toBeNull()
    expect(ready(started)).toEqual([[CHANNELS.request, { kind: 'refused' }]])
  })

  test('only our own page hears of it', async () => {
    const { ipc } = await startApp({ args: [`coatcheck://open?path=${encodeURIComponent(database)}&key=abc`] })
    const foreign = new FakeContents()
    ipc.emit(CHANNELS.ready, { sender: foreign, senderFrame: foreign.mainFrame })
    expect(foreign.sent).toEqual([])
  })

  test('a second start hands over and ends; the first opens what is really there', async () => {
    const second = fakeElectron({ firstInstance: false })
    await expect(startApp({ electron: second, args: [database] })).rejects.toThrow('did not start')
    expect(second.log).toContain('quit')
    expect(second.log).toContain(`lock ${JSON.stringify({ opening: { path: database, key: null }, refused: false })}`)

    const first = await startApp()
    const sent = ready(first)
    for (const data of [{ opening: { path: database, key: null } }, { opening: null }, { opening: { path: '/no/such/file', key: null } }, { opening: { path: database, key: null, act: 1 } }, 'x', null]) first.app.emit('second-instance', {}, [], '/', data)
    expect(sent).toEqual([[CHANNELS.request, { kind: 'open', path: database, key: null }], [CHANNELS.request, { kind: 'refused' }]])
    first.app.emit('second-instance', {}, [], '/', { opening: null, refused: true })
    expect(sent.at(-1)).toEqual([CHANNELS.request, { kind: 'refused' }])
  })

  test('files and links that the system sends', async () => {
    const started = await startApp()
    const sent = ready(started)
    const event = { preventDefault: () => undefined }
    started.app.emit('open-file', event, database)
    started.app.emit('open-url', event, `coatcheck://open?path=${encodeURIComponent(database)}`)
    started.app.emit('open-url', event, `coatcheck://delete?path=${encodeURIComponent(database)}`)
    expect(sent).toHaveLength(3)
    expect(sent[2]).toEqual([CHANNELS.request, { kind: 'refused' }])
  })
})

test('the menu speaks the language that the user prefers, at once', async () => {
  const started = await startApp()
  const labels = (): (string | undefined)[] => started.menu().map(({ label }) => label)
  expect(labels()).toEqual(['File', 'Edit', 'View', 'Window', 'Help'])
  started.composed.onPreferences?.({ ...DEFAULT_PREFERENCES, language: 'de' })
  expect(labels()).toEqual(['Datei', 'Bearbeiten', 'Ansicht', 'Fenster', 'Hilfe'])
  started.composed.onPreferences?.(DEFAULT_PREFERENCES)
  expect(labels()).toEqual(['File', 'Edit', 'View', 'Window', 'Help'])
  expect(started.composed.languages).toEqual(['en-US'])
})

test('the menu only says what the page shall do, or opens a link of the list', async () => {
  const started = await startApp()
  const { ipc, window, log } = started
  ipc.emit(CHANNELS.ready, { sender: window.webContents, senderFrame: window.webContents.mainFrame })
  const items = (template: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] => template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])])
  const click = (item: MenuItemConstructorOptions): unknown => (item.click as (() => void) | undefined)?.()
  for (const item of items(started.menu())) click(item)
  const actions = window.webContents.sent.map(([, request]) => (request as { action: string }).action)
  expect(actions.sort()).toEqual([...MENU_ACTIONS].sort())
  expect(log.filter((line) => line.startsWith('open '))).toEqual(Object.values(LINKS).map((url) => `open ${url}`))
})

test('at the end the core is ended once, before the app', async () => {
  const { app, log } = await startApp()
  let held = 0
  const event = { preventDefault: () => { held += 1 } }
  app.emit('will-quit', event)
  await new Promise(setImmediate)
  app.emit('will-quit', event)
  expect(held).toBe(1)
  expect(log.filter((line) => line === 'disposed' || line === 'quit')).toEqual(['disposed', 'quit'])
})

test('the dialog answers with one path', async () => {
  const { composed } = await startApp()
  expect(await composed.chooseFile?.()).toBe('/chosen.sqlite3')
})
