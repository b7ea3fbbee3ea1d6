/** Where a menu opens, in CSS pixels of the window. */
export interface MenuPoint {
  readonly x: number
  readonly y: number
}

const MOUSE_BUTTON = 2

/** Under the mouse; asked for by a key (Shift F10, the menu key), under what it is about. */
export function menuPoint(event: MouseEvent, about: Element): MenuPoint {
  if (event.button === MOUSE_BUTTON) return { x: event.clientX, y: event.clientY }
  const { left, bottom } = about.getBoundingClientRect()
  return { x: left + 24, y: bottom }
}
