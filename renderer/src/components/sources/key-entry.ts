import type { Input } from '../../../../shared/rpc/contract.ts'

type Keys = Input<'sources.setKeys'>['keys']

/** What was typed → keys for the core; null: nothing was typed. Spaces around a key are dropped: they come from copying. */
export function toSigningKeys(secretKey: string, fallbacks: string): Keys | null {
  const key = secretKey.trim()
  const older = fallbacks.split('\n').map((line) => line.trim()).filter((line) => line !== '')
  return key === '' && older.length === 0 ? null : { secretKey: key === '' ? null : key, fallbacks: older }
}
