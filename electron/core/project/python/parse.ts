import { parser } from '@lezer/python'
import type { Tree } from '@lezer/common'
import { yieldToLoop } from '../../util/abort.ts'
import type { Statement } from './ast.ts'
import { buildStatements } from './build-statement.ts'
import type { PythonText } from './file.ts'
import { childrenOf, createPythonText } from './file.ts'

/** A Python file, read and never run. */
export interface ParsedFile {
  readonly statements: readonly Statement[]
  readonly problems: readonly { readonly line: number; readonly what: string }[]
}

const SLICE_MS = 12
const BUILD_SLICE = 200
const MAX_PROBLEMS = 5

/**
 * Reads Python with the grammar library in slices, so that nothing waits for a long file. Errors of syntax are told; what stands around
 * them is kept.
 */
export async function parsePython(bytes: Uint8Array, signal: AbortSignal): Promise<ParsedFile> {
  const { text, problem } = decodeSource(bytes)
  const problems = problem === null ? [] : [{ line: 1, what: problem }]
  const file = createPythonText(text)
  const statements: Statement[] = []
  try {
    const tree = await parseInSlices(text, signal)
    collectErrors(tree, (offset) => { if (problems.length < MAX_PROBLEMS) problems.push({ line: file.lineAt(offset), what: 'syntax' }) })
    const nodes = childrenOf(tree.topNode)
    for (const [index, node] of nodes.entries()) {
      if (index % BUILD_SLICE === 0) await yieldToLoop(signal)
      statements.push(...buildStatements(file, node))
    }
    statements.push(...unreadRest(file, nodes.at(-1)?.to ?? 0))
  } catch (error) {
    // The grammar library follows nesting by recursion: hostile nesting ends there, and is told.
    if (!(error instanceof RangeError)) throw error
    problems.push({ line: 1, what: 'nesting' })
    statements.push({ type: 'opaque', what: 'code that is nested too deeply', mentions: ['globals'], binds: ['globals'], leaves: false, line: 1 })
  }
  return { statements, problems }
}

async function parseInSlices(text: string, signal: AbortSignal): Promise<Tree> {
  const parse = parser.startParse(text)
  for (;;) {
    const until = performance.now() + SLICE_MS
    while (performance.now() < until) {
      const tree = parse.advance()
      if (tree !== null) return tree
    }
    await yieldToLoop(signal)
  }
}

/** After an error the grammar library may stop before the end: whatever the rest names is not known. */
function unreadRest(file: PythonText, from: number): Statement[] {
  const rest = file.text.slice(from).replace(/^[ \t]*#.*$/gm, '')
  const mentions = new Set([...rest.matchAll(/[^\W\d]\w*/gu)].map((match) => match[0]))
  return mentions.size === 0 ? [] : [{ type: 'opaque', what: 'a syntax error', mentions: [...mentions], binds: [...mentions], leaves: false, line: file.lineAt(from) }]
}

function collectErrors(tree: Tree, add: (offset: number) => void): void {
  tree.iterate({ enter: (node) => { if (node.type.isError) add(node.from) } })
}

const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/
const LATIN_1 = /^(?:latin[-_]?1|iso[-_]?8859[-_]?1|l1)$/i

/** Text of a source file by PEP 263: the encoding that its first two lines name, else UTF-8. Never fails; a wrong one is told. */
export function decodeSource(bytes: Uint8Array): { readonly text: string; readonly problem: string | null } {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const named = encodingName(latin.slice(0, 400))
  const text = LATIN_1.test(named) ? latin : decode(bytes, named)
  if (text !== null && !text.includes('\0')) return { text: text.replace(/\r\n?/g, '\n'), problem: null }
  return { text: latin.replaceAll('\0', ' ').replace(/\r\n?/g, '\n'), problem: text === null ? 'encoding' : 'nul' }
}

function encodingName(head: string): string {
  const [first = '', second = ''] = head.split('\n')
  const onSecond = /^[ \t\f]*(?:#|\r?$)/.test(first) ? COOKIE.exec(second)?.[1] : undefined
  return COOKIE.exec(first)?.[1] ?? onSecond ?? 'utf-8'
}

function decode(bytes: Uint8Array, name: string): string | null {
  try {
    return new TextDecoder(name.replaceAll('_', '-'), { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
