/** One measured quantity of ours beside its peer's, each the median of its runs. */
export interface Measurement {
  readonly id: string
  readonly work: string
  readonly unit: string
  readonly ours: number
  /** null: measured alone, against a goal. */
  readonly peer: { readonly name: string; readonly value: number } | null
  /** For people: "≥ 5×", "≤ 300 ms"; empty: there is none. */
  readonly goal: string
  readonly reached: boolean
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** Ours against the peer's, where more is better. */
export function atLeast(times: number, spec: Omit<Measurement, 'goal' | 'reached'>): Measurement {
  return { ...spec, goal: `≥ ${times}×`, reached: ratio(spec) >= times }
}

/** An upper limit, in the measurement's own unit. */
export function atMost(limit: number, spec: Omit<Measurement, 'goal' | 'reached'>): Measurement {
  return { ...spec, goal: `≤ ${count(limit)} ${spec.unit}`, reached: spec.ours <= limit }
}

/** Told, without a goal. */
export function alone(spec: Omit<Measurement, 'goal' | 'reached'>): Measurement {
  return { ...spec, goal: '', reached: true }
}

/** A Markdown table, which reads well in a terminal too. */
export function table(measurements: readonly Measurement[]): string {
  const rows = measurements.map((one) => [
    one.id, one.work, `${count(one.ours)} ${one.unit}`, one.peer === null ? '' : `${count(one.peer.value)} ${one.unit} (${one.peer.name})`,
    one.peer === null ? '' : `${ratio(one).toFixed(2)}×`, one.goal, one.goal === '' ? '' : one.reached ? 'yes' : 'no',
  ])
  const all = [['#', 'work', 'Coatcheck', 'peer', 'ratio', 'goal', 'reached'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = all
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join('\n')
}

function ratio({ ours, peer }: Pick<Measurement, 'ours' | 'peer'>): number {
  return peer === null ? NaN : ours / peer.value
}

function count(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1)
}
