import type { SavedConnection } from '../../../../shared/model/connection.ts'

export interface SavedGroup {
  /** Empty: those without a group, which come first. */
  readonly name: string
  readonly connections: readonly SavedConnection[]
}

/** Those whose name, place or group has every word, under their headings; groups stand where their first one stands. */
export function groupSaved(saved: readonly SavedConnection[], search: string): readonly SavedGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const fits = ({ name, location, group, environment }: SavedConnection): boolean => {
    const text = `${name} ${location} ${group} ${environment}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
  const groups = Map.groupBy(saved.filter(fits), ({ group }) => group)
  return [...groups].map(([name, connections]) => ({ name, connections })).sort((a, b) => Number(b.name === '') - Number(a.name === ''))
}
