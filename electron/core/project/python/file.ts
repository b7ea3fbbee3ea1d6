import type { SyntaxNode } from '@lezer/common'

/** A Python file on its way to statements. */
export interface PythonText {
  readonly text: string
  /** 1-based line of an offset. */
  lineAt(offset: number): number
}

export function createPythonText(text: string): PythonText {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return {
    text,
    lineAt(offset) {
      let low = 0
      let high = starts.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((starts[middle] ?? 0) <= offset) low = middle
        else high = middle - 1
      }
      return low + 1
    },
  }
}

export function sourceOf(file: PythonText, node: { readonly from: number; readonly to: number }): string {
  return file.text.slice(node.from, node.to)
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) if (child.name !== 'Comment') children.push(child)
  return children
}

/** Every name and attribute in a piece of code, in no order: what it may read or change. Never recursive, so that no nesting stops it. */
export function namesIn(file: PythonText, node: SyntaxNode): readonly string[] {
  const names = new Set<string>()
  const { tree } = node
  if (tree === null) walk(node, file, names)
  else {
    tree.iterate({ enter: (item) => {
      if (NAMES.has(item.name)) names.add(file.text.slice(node.from + item.from, node.from + item.to))
    } })
  }
  return [...names]
}

const NAMES = new Set(['VariableName', 'PropertyName'])

function walk(node: SyntaxNode, file: PythonText, names: Set<string>): void {
  const cursor = node.cursor()
  const { to } = node
  do {
    if (cursor.from >= to && cursor.from > node.from) break
    if (NAMES.has(cursor.name)) names.add(file.text.slice(cursor.from, cursor.to))
  } while (cursor.next())
}
