import { useClient } from '../rpc/client.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { useTask } from './use-task.ts'

/** Cookies of a jar as they are now, with what was changed here: a `Cookie` header for each, which the jar of a paste takes again. */
export function useJarCopy() {
  const client = useClient()
  const task = useTask()

  async function readAll(sourceId: SourceId): Promise<string> {
    const lines: string[] = []
    for await (const { rows } of client.stream('sessions.stream', { sourceId, order: { by: 'key', direction: 'asc' } })) {
      const cookies = await Promise.all(rows.map(({ key }) => client.call('sessions.read', { sourceId, key })))
      for (const cookie of cookies) {
        const name = cookie?.physical.find((fact) => fact.name === 'cookie')?.value
        if (cookie !== null && name !== undefined) lines.push(`Cookie: ${name}=${cookie.text.text}`)
      }
    }
    return lines.join('\n')
  }

  return {
    failure: task.failure, busy: task.busy, dismiss: task.dismiss,
    /** Whether they are on the clipboard. */
    copy: (sourceId: SourceId): Promise<boolean> => task.run(async () => navigator.clipboard.writeText(await readAll(sourceId))),
  }
}
