import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting, syntaxTree } from '@codemirror/language'
import { forceLinting, linter, lintGutter } from '@codemirror/lint'
import type { Diagnostic } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState } from '@codemirror/state'
import type { Extension, Range } from '@codemirror/state'
import { Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, ViewPlugin, WidgetType } from '@codemirror/view'
import type { DecorationSet, ViewUpdate } from '@codemirror/view'
import type { SyntaxNode } from '@lezer/common'
import { tags } from '@lezer/highlight'
import { isSecretKey, isSecretText } from '../../../../shared/secrets.ts'
import { MASK } from '../tree/secret-keys.ts'
import { markTexts } from './mark-texts.ts'

export interface EditorFault {
  readonly message: string
  /** Offset in UTF-16 units. */
  readonly position: number
}

export interface NotationEditorOptions {
  readonly parent: HTMLElement
  readonly text: string
  readonly label: string
  readonly editable: boolean
  /** Words of the editor's own panels, by their id in the catalogue. */
  readonly say: (id: EditorPhrase) => string
  readonly onChange: (text: string) => void
  readonly findFault: (text: string) => EditorFault | null
}

/** The editor's own English → ids below `inspector.editor.*`. */
const PHRASES = {
  'Find': 'find', 'Replace': 'replaceWith', 'next': 'next', 'previous': 'previous', 'all': 'all', 'match case': 'matchCase', 'by word': 'byWord', 'regexp': 'regexp',
  'replace': 'replace', 'replace all': 'replaceAll', 'close': 'close', 'Go to line': 'goToLine', 'go': 'go',
} as const
export type EditorPhrase = (typeof PHRASES)[keyof typeof PHRASES]

export interface NotationEditor {
  setText(text: string): void
  setMasked(masked: boolean): void
  /** Words to mark, in lower case. */
  setSearched(words: readonly string[]): void
  goTo(position: number): void
  focus(): void
  destroy(): void
}

/**
 * CodeMirror in a shadow root: there it takes its styles as constructed style sheets, in the document it would add
 * `<style>` elements, which the content security policy refuses.
 */
export function createNotationEditor(options: NotationEditorOptions): NotationEditor {
  const root = options.parent.shadowRoot ?? options.parent.attachShadow({ mode: 'open' })
  const masking = new Compartment()
  const marking = new Compartment()
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({ doc: options.text, extensions: [extensions(options), masking.of(maskSecrets), marking.of([])] }),
  })
  return {
    setText(text) {
      if (text !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } })
      forceLinting(view)
    },
    setMasked(masked) {
      view.dispatch({ effects: masking.reconfigure(masked ? maskSecrets : []) })
    },
    setSearched(words) {
      view.dispatch({ effects: marking.reconfigure(markTexts(words)) })
    },
    goTo(position) {
      view.dispatch({ selection: { anchor: Math.min(position, view.state.doc.length) }, scrollIntoView: true })
      view.focus()
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  }
}

function extensions(options: NotationEditorOptions): Extension {
  const { label, editable, onChange, findFault, say } = options
  return [
    lineNumbers(), foldGutter(), history(), drawSelection(), indentOnInput(), indentUnit.of('  '), bracketMatching(), highlightActiveLine(), highlightSelectionMatches(),
    json(), syntaxHighlighting(HIGHLIGHT), THEME, search({ top: true }), EditorView.lineWrapping,
    lintGutter(), linter((view) => diagnostics(view, findFault), { delay: 150 }),
    // Tab is not bound: it leaves the editor, as those who use no mouse need it.
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...foldKeymap]),
    EditorState.readOnly.of(!editable), EditorState.phrases.of(Object.fromEntries(Object.entries(PHRASES).map(([english, id]) => [english, say(id)]))),
    EditorView.contentAttributes.of({ 'aria-label': label, 'spellcheck': 'false', 'tabindex': '0' }),
    EditorView.updateListener.of((update) => { if (update.docChanged) onChange(update.state.doc.toString()) }),
  ]
}

function diagnostics(view: EditorView, findFault: NotationEditorOptions['findFault']): readonly Diagnostic[] {
  const fault = findFault(view.state.doc.toString())
  if (fault === null) return []
  const from = Math.min(fault.position, view.state.doc.length)
  return [{ from, to: Math.min(from + 1, view.state.doc.length), severity: 'error', message: fault.message }]
}

class MaskWidget extends WidgetType {
  override eq(): boolean {
    return true
  }

  override toDOM(view: EditorView): HTMLElement {
    const span = view.dom.ownerDocument.createElement('span')
    span.className = 'cm-mask'
    span.textContent = `"${MASK}"`
    return span
  }
}
const HIDDEN = Decoration.replace({ widget: new MaskWidget() })

/** Values under secret-looking keys, at any depth, are drawn as dots until they are revealed; the document keeps them. */
const maskSecrets = ViewPlugin.fromClass(class {
  decorations: DecorationSet

  constructor(view: EditorView) {
    this.decorations = secretRanges(view)
  }

  update(update: ViewUpdate): void {
    if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state)) this.decorations = secretRanges(update.view)
  }
}, {
  decorations: (plugin) => plugin.decorations,
  provide: (plugin) => EditorView.atomicRanges.of((view) => view.plugin(plugin)?.decorations ?? Decoration.none),
})

function secretRanges(view: EditorView): DecorationSet {
  const ranges: Range<Decoration>[] = []
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from, to,
      enter: ({ name, from: start, to: end, node }) => {
        if (!VALUES.has(name)) return
        if (isWithinSecret(view, node) || (name === 'String' && isSecretText(view.state.sliceDoc(start + 1, end - 1)))) ranges.push(HIDDEN.range(start, end))
      },
    })
  }
  return Decoration.set(ranges, true)
}

const VALUES: ReadonlySet<string> = new Set(['String', 'Number', 'True', 'False', 'Null'])

/** Whether a key above it has the name of a secret. */
function isWithinSecret(view: EditorView, value: SyntaxNode): boolean {
  for (let node = value.parent; node !== null; node = node.parent) {
    const name = node.name === 'Property' ? node.getChild('PropertyName') : null
    if (name !== null && isSecretKey(view.state.sliceDoc(name.from + 1, name.to - 1))) return true
  }
  return false
}

const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--text)', fontWeight: '500' },
  { tag: tags.string, color: 'var(--syn-str)' },
  { tag: tags.number, color: 'var(--info)' },
  { tag: [tags.bool, tags.null], color: 'var(--warn)' },
  { tag: [tags.separator, tags.brace, tags.squareBracket], color: 'var(--text-3)' },
])

const THEME = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '12px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '20px', fontVariantLigatures: 'none' },
  '.cm-content': { caretColor: 'var(--text)', padding: '4px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--text-3)', border: 'none', paddingLeft: '8px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--hover) 70%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { background: 'color-mix(in srgb, var(--tag) 34%, transparent)' },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--tag) 30%, transparent)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in srgb, var(--tag) 60%, transparent)' },
  '.cm-hit': { borderRadius: '2px', backgroundColor: 'color-mix(in srgb, var(--tag) 45%, transparent)' },
  '.cm-hit, .cm-hit *': { color: 'var(--text)' },
  '@media (forced-colors: active)': { '.cm-hit, .cm-hit *': { backgroundColor: 'Mark', color: 'MarkText' } },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: '1px solid var(--accent-line)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--fill)', border: 'none', color: 'var(--text-2)' },
  '.cm-mask': { color: 'var(--text-3)' },
  '.cm-panels': { backgroundColor: 'var(--canvas)', color: 'var(--text)', fontFamily: 'var(--font-ui)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-textfield': { border: '1px solid var(--control-line)', borderRadius: 'var(--r-control)', backgroundColor: 'var(--raised)', color: 'inherit', fontSize: '12px' },
  '.cm-button': { border: '1px solid var(--line-strong)', borderRadius: 'var(--r-control)', background: 'var(--raised)', color: 'inherit', fontSize: '12px' },
  '.cm-tooltip': { border: '1px solid var(--line-strong)', borderRadius: 'var(--r-control)', backgroundColor: 'var(--raised)', color: 'var(--text)' },
  '.cm-diagnostic': { fontFamily: 'var(--font-ui)', fontSize: '12px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--danger)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--danger)' },
  '.cm-lint-marker-error': { content: 'none', width: '8px', height: '8px', margin: '6px auto 0', borderRadius: '50%', backgroundColor: 'var(--danger)' },
})
