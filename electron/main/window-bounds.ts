import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Rectangle } from 'electron'
import { z } from 'zod'

export const SMALLEST = { width: 760, height: 480 } as const
const FIRST = { width: 1280, height: 800 } as const

const saved = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().min(SMALLEST.width).max(20_000),
  height: z.int().min(SMALLEST.height).max(20_000),
  maximized: z.boolean(),
})
export type SavedBounds = z.infer<typeof saved>

/** Where the window was, if a part of its title bar can be reached there; else the size of a first start, placed by the system. */
export function readBounds(file: string, displays: readonly { readonly workArea: Rectangle }[]): { readonly bounds: Partial<Rectangle>; readonly maximized: boolean } {
  try {
    const { maximized, ...bounds } = saved.parse(JSON.parse(readFileSync(file, 'utf8')))
    if (displays.some(({ workArea }) => isReachable(bounds, workArea))) return { bounds, maximized }
  } catch {
    // A first start, or a damaged file: neither is worth a word.
  }
  return { bounds: FIRST, maximized: false }
}

/** Never throws: a full disk must not keep a window from closing. */
export function writeBounds(file: string, bounds: SavedBounds): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(bounds), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch {
    // The next start opens at the usual size.
  }
}

function isReachable(bounds: Rectangle, area: Rectangle): boolean {
  const visible = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)
  return visible >= 100 && bounds.y >= area.y && bounds.y <= area.y + area.height - 40
}
