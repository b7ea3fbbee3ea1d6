import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { Browser } from './browsers.ts'
import { connectPipe } from './browser-pipe.ts'

export interface AppWindow {
  /** Ends when the window is closed, by the user or by `close`. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

export interface AppWindowOptions {
  readonly browser: Browser
  readonly dataFolder: string
  readonly link: string
  /** Called as soon as there is something to close. */
  readonly onStart: (window: AppWindow) => void
}

const OPEN_MS = 15_000
const CLOSE_MS = 3_000

/**
 * Opens the link in a window of its own, with a profile of its own.
 *
 * The link holds a code, so it must not be in the arguments of a process, where every user of the machine can read it; and a page on
 * disk that leads there would make the visit cross-site, which the guard refuses. So the browser starts with an empty window and
 * is told the address over a pipe that only this process holds. When the pipe closes the browser ends: it cannot outlive the host.
 *
 * @throws when no window has opened
 */
export async function openAppWindow({ browser, dataFolder, link, onStart }: AppWindowOptions): Promise<AppWindow> {
  const child = spawn(browser.path, browserArguments(join(dataFolder, 'window')), { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const closed = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const window = { closed, close: () => end(child, closed) }
  onStart(window)
  try {
    await Promise.race([navigate(child, link), failAfter(closed)])
    return window
  } catch (error) {
    await window.close()
    throw error
  }
}

function browserArguments(profile: string): string[] {
  return [
    '--app=about:blank',
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
    '--window-size=1280,800',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-features=Translate,MediaRouter',
    // Its sandbox refuses to start for root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : []),
  ]
}

async function navigate(child: ChildProcess, link: string): Promise<void> {
  const pipe = connectPipe(child.stdio[3] as Duplex, child.stdio[4] as Duplex)
  const page = await pipe.firstPage()
  await pipe.call('Page.navigate', { url: link }, page)
}

async function failAfter(closed: Promise<void>): Promise<never> {
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, OPEN_MS).unref())])
  throw new Error('The browser opened no window.')
}

async function end(child: ChildProcess, closed: Promise<void>): Promise<void> {
  for (const stream of child.stdio) stream?.destroy()
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS)
  await closed
  clearTimeout(timer)
}
