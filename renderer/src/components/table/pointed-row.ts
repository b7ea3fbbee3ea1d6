/** The row of the table that an event is about, by its place among all; null: none. One listener serves all rows. */
export function pointedRow({ target }: Event): { readonly element: Element; readonly index: number } | null {
  const element = target instanceof Element ? target.closest('.row') : null
  return element === null ? null : { element, index: indexOfRow(element) }
}

/** `aria-rowindex` counts from 1, and the heads are a row too. */
export function indexOfRow(element: Element): number {
  return Number(element.getAttribute('aria-rowindex')) - 2
}
