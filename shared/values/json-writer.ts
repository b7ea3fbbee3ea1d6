import type { DataNode } from './node.ts'

/** A node taken one step apart: finished text, or what stands around its children. */
export type Piece = string | { readonly open: string; readonly close: string; readonly children: readonly Child[] }
export interface Child {
  /** What stands before the child: nothing in a list, `"key":` in a dict. */
  readonly label: string
  readonly node: DataNode
}

/** Writes a tree by its pieces, without recursing. `indent`: spaces for each level; 0: all in one line. `comma`: what stands between children. */
export function writeTree(root: DataNode, take: (node: DataNode) => Piece, indent: number, comma = ','): string {
  const out: string[] = []
  const stack: { readonly children: readonly Child[]; readonly close: string; next: number }[] = []
  const newLine = (): string => (indent === 0 ? '' : `\n${' '.repeat(indent * stack.length)}`)
  const begin = (node: DataNode): void => {
    const piece = take(node)
    if (typeof piece === 'string') out.push(piece)
    else if (piece.children.length === 0) out.push(piece.open, piece.close)
    else {
      out.push(piece.open)
      stack.push({ children: piece.children, close: piece.close, next: 0 })
    }
  }
  begin(root)
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = frame.children[frame.next++]
    if (child === undefined) {
      stack.pop()
      out.push(newLine(), frame.close)
      continue
    }
    out.push(frame.next > 1 ? comma : '', newLine(), child.label)
    begin(child.node)
  }
  return out.join('')
}
