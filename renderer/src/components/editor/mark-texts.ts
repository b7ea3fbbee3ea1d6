import type { Extension, Range } from '@codemirror/state'
import { Decoration, ViewPlugin } from '@codemirror/view'
import type { DecorationSet, EditorView, ViewUpdate } from '@codemirror/view'
import { findSpans } from '../../../../shared/query/text-hits.ts'

const HIT = Decoration.mark({ class: 'cm-hit' })

/** Marks where words, given in lower case, stand in what is on screen: as JSON spells them. What is drawn as dots stays so. */
export function markTexts(lowered: readonly string[]): Extension {
  const spelled = lowered.map((text) => JSON.stringify(text).slice(1, -1).toLowerCase())
  if (spelled.length === 0) return []
  return ViewPlugin.fromClass(class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = hitsIn(view, spelled)
    }

    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = hitsIn(update.view, spelled)
    }
  }, { decorations: (plugin) => plugin.decorations })
}

function hitsIn(view: EditorView, spelled: readonly string[]): DecorationSet {
  const ranges: Range<Decoration>[] = []
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = view.state.doc.lineAt(at)
      for (const [start, end] of findSpans(line.text, spelled)) ranges.push(HIT.range(line.from + start, line.from + end))
      at = line.to + 1
    }
  }
  return Decoration.set(ranges, true)
}
