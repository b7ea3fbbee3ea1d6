import type { DecodeTask } from '../../electron/core/workers/decode-task.ts'
import { runDecodeTask as perform } from '../../electron/core/workers/decode-worker.ts'

/** The decode worker with a few bad habits, called up by the text that it is asked to decode. */
export function runDecodeTask(task: DecodeTask): unknown {
  const deed = task.kind === 'decode' ? new TextDecoder().decode(task.text) : ''
  if (deed === 'exit') process.exit(3)
  if (deed === 'throw') throw new TypeError('a mistake of ours')
  if (deed === 'hang' || isTooMuch(task)) for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
  if (deed === 'memory') eatMemory()
  return perform(task)
}

/** A batch with `hang` among its texts is never done, nor one with more than two of `slow`, as on a machine with much else to do. */
function isTooMuch(task: DecodeTask): boolean {
  if (!('data' in task)) return false
  const { bytes, ends } = task.data
  const texts = [...ends].map((end, index) => new TextDecoder().decode(bytes.subarray(index === 0 ? 0 : ends[index - 1], end)))
  return texts.includes('hang') || texts.filter((text) => text === 'slow').length > 2
}

function eatMemory(): never {
  const eaten: number[][] = []
  for (;;) eaten.push(new Array<number>(1_000_000).fill(eaten.length))
}
