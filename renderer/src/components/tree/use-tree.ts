import { computed, ref, shallowRef, watch } from 'vue'
import type { DataNode } from '../../../../shared/values/node.ts'
import { childCount, keyText, nodeAt } from './data-path.ts'
import type { DataPath } from './data-path.ts'
import { append, remove as removeData, setKey as setDataKey, setValue as setDataValue } from './edit-data.ts'
import { isEditableKey } from './key-text.ts'
import { isContainer, isScalar } from './scalar-text.ts'
import { idsTo, openAtFirst, treeRows } from './tree-rows.ts'

export type EditedPart = 'key' | 'value'

/** What is open, active, revealed and edited in one tree, and the edits themselves. */
export function useTree(options: { readonly root: () => DataNode; readonly newKey: () => string; readonly onEdit: (root: DataNode) => void }) {
  const { root, newKey, onEdit } = options
  const open = shallowRef<ReadonlySet<string>>(openAtFirst(root()))
  const revealed = shallowRef<ReadonlySet<string>>(new Set())
  const activeId = ref<string | null>(null)
  const editing = shallowRef<{ readonly id: string; readonly part: EditedPart; readonly isNew: boolean } | null>(null)

  const rows = computed(() => treeRows(root(), open.value))
  const activeIndex = computed(() => Math.max(rows.value.findIndex((row) => row.id === activeId.value), 0))
  const active = computed(() => rows.value[activeIndex.value] ?? null)

  watch(rows, () => {
    if (editing.value !== null && !rows.value.some((row) => row.id === editing.value?.id)) editing.value = null
  })

  function setOpen(id: string, isOpen: boolean): void {
    const next = new Set(open.value)
    if (isOpen) next.add(id)
    else next.delete(id)
    open.value = next
  }

  /** Opens all ancestors and makes it active. */
  function goTo(path: DataPath): void {
    const ids = idsTo(root(), path)
    open.value = new Set([...open.value, ...ids.slice(0, -1)])
    activeId.value = ids.at(-1) ?? null
  }

  function openSiblings(parentId: string): void {
    open.value = new Set([...open.value, ...rows.value.filter((row) => row.parentId === parentId && row.expandable).map((row) => row.id)])
  }

  function toggleReveal(id: string): void {
    const next = new Set(revealed.value)
    if (!next.delete(id)) next.add(id)
    revealed.value = next
  }

  function startEdit(id: string, part: EditedPart, isNew = false): void {
    const row = rows.value.find((each) => each.id === id)
    if (row === undefined || row.fixed || (part === 'key' && (row.key === null || !isEditableKey(row.key))) || (part === 'value' && !isScalar(row.node))) return
    if (part === 'value' && row.secret) revealed.value = new Set([...revealed.value, id])
    activeId.value = id
    editing.value = { id, part, isNew }
  }

  function setValue(path: DataPath, node: DataNode): void {
    editing.value = null
    onEdit(setDataValue(root(), path, node))
  }

  /** A new key gets its name first, then its value. */
  function setKey(path: DataPath, key: DataNode): void {
    const wasNew = editing.value?.isNew === true
    editing.value = null
    const next = setDataKey(root(), path, key)
    onEdit(next)
    activeId.value = idsTo(next, path).at(-1) ?? null
    if (wasNew) editing.value = { id: activeId.value ?? '', part: 'value', isNew: false }
  }

  function cancelEdit(): void {
    const { value } = editing
    editing.value = null
    if (value?.isNew === true && value.part === 'key') remove(rows.value.find((row) => row.id === value.id)?.path ?? [])
  }

  function remove(path: DataPath): void {
    if (path.length === 0) return
    const next = rows.value[activeIndex.value + 1] ?? rows.value[activeIndex.value - 1]
    onEdit(removeData(root(), path))
    activeId.value = next?.id ?? null
  }

  /** Adds an empty string at the end of a container and starts to edit it. */
  function add(path: DataPath): void {
    const parent = nodeAt(root(), path)
    if (parent === undefined || !isContainer(parent)) return
    const next = append(root(), path, freeName(parent, newKey()), { kind: 'str', value: '' })
    onEdit(next)
    goToIn(next, [...path, childCount(parent)])
    editing.value = { id: activeId.value ?? '', part: parent.kind === 'dict' ? 'key' : 'value', isNew: true }
  }

  function goToIn(next: DataNode, path: DataPath): void {
    const ids = idsTo(next, path)
    open.value = new Set([...open.value, ...ids.slice(0, -1)])
    activeId.value = ids.at(-1) ?? null
  }

  return { rows, open, revealed, activeId, active, activeIndex, editing, setOpen, goTo, openSiblings, toggleReveal, startEdit, setValue, setKey, cancelEdit, remove, add }
}

function freeName(parent: DataNode, wanted: string): string {
  if (parent.kind !== 'dict') return ''
  const taken = new Set(parent.entries.map((entry) => keyText(entry.key)))
  let name = wanted
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}_${String(count)}`
  return name
}
