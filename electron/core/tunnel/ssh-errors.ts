import { CoatcheckError } from '../../../shared/errors.ts'
import type { ErrorFacts } from '../../../shared/errors.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { Why } from '../../../shared/words/reason.ts'
import { reason } from '../../../shared/words/reason.ts'

/** Where an SSH connection leads, for people: `ana@bastion:22`. */
export type SshPlace = string

/** What the system says before SSH begins. Foreign words are never passed on. */
const SOCKET: Readonly<Record<string, Why>> = {
  ECONNREFUSED: 'ssh.nothingListens',
  ENOTFOUND: 'ssh.noHost',
  EAI_AGAIN: 'ssh.lookUpFailed',
  ETIMEDOUT: 'ssh.noAnswer',
  EHOSTUNREACH: 'ssh.noWayToHost',
  ENETUNREACH: 'ssh.noWayToNetwork',
  ECONNRESET: 'ssh.closed',
}

const sshError = (code: ErrorCode, why: Why, place: SshPlace, details: ErrorFacts = {}, cause?: unknown): CoatcheckError =>
  new CoatcheckError(code, why, { subject: place, ...details }, cause)

/** `lockedKeys`: key files that were left out because their passphrase is not known. */
export function translateSshError(error: unknown, place: SshPlace, lockedKeys: readonly string[]): CoatcheckError {
  if (error instanceof CoatcheckError) return error
  const { level = '', code = '' } = (error instanceof Error ? error : {}) as { level?: string; code?: string }
  if (level === 'client-authentication') return refusedUser(place, lockedKeys, error)
  if (level === 'client-timeout') return sshError('SSH_UNREACHABLE', 'ssh.noAnswer', place, { hint: 'next.checkRuns', retryable: true }, error)
  const why = SOCKET[code] ?? (level === 'protocol' || level === 'handshake' ? 'ssh.notSsh' : 'ssh.lost')
  return sshError('SSH_UNREACHABLE', why, place, { hint: 'next.checkHostPortSsh', retryable: true }, error)
}

function refusedUser(place: SshPlace, lockedKeys: readonly string[], cause: unknown): CoatcheckError {
  if (lockedKeys.length === 0) return sshError('SSH_AUTH', 'ssh.noKeyAccepted', place, { hint: 'next.checkSshUser' }, cause)
  return sshError('SSH_AUTH', reason('ssh.keyLocked', { files: lockedKeys.join(', ') }), place, { hint: 'next.unlockKey' }, cause)
}

export function wrongPassphrase(file: string, place: SshPlace): CoatcheckError {
  return sshError('SSH_AUTH', reason('ssh.wrongPassphrase', { file }), place, { hint: 'next.enterKeyPassphrase' })
}

export function unreadableKey(file: string, place: SshPlace): CoatcheckError {
  return sshError('SSH_AUTH', reason('ssh.keyUnread', { file }), place, { hint: 'next.chooseKeyFile' })
}

/** `fingerprint` is what people compare; it is the last word of the subject. */
export function unknownHost(place: SshPlace, type: string, fingerprint: string): CoatcheckError {
  return sshError('SSH_HOST_UNKNOWN', reason('ssh.hostUnknown', { type, fingerprint }), `${place} ${fingerprint}`, { hint: 'next.compareHostKey' })
}

export function changedHost(place: SshPlace, type: string, fingerprint: string): CoatcheckError {
  return sshError('SSH_HOST_CHANGED', reason('ssh.hostChanged', { type, fingerprint }), place, { hint: 'next.hostKeyChanged' })
}

export function revokedHost(place: SshPlace, type: string, fingerprint: string): CoatcheckError {
  return sshError('SSH_HOST_CHANGED', reason('ssh.hostRevoked', { type, fingerprint }), place, { hint: 'next.nothingSent' })
}

export function commandNeeded(place: SshPlace): CoatcheckError {
  return sshError('SSH_UNREACHABLE', 'ssh.proxyCommand', place, { hint: 'next.proxyJump' })
}

/** RFC 4254, 5.1: 1 prohibited, 2 connect failed, 4 resource shortage. */
export function forwardError(error: unknown, place: SshPlace, to: string): CoatcheckError {
  const refusal = error instanceof Error && 'reason' in error ? error.reason : null
  if (refusal === 1) return sshError('SSH_FORWARD', reason('ssh.forwardForbidden', { to }), place, { hint: 'next.sshdConfig' }, error)
  if (refusal === 2) return sshError('SSH_FORWARD', reason('ssh.forwardNothing', { to }), place, { hint: 'next.asSshSees' }, error)
  return sshError('SSH_FORWARD', reason('ssh.forwardNotNow', { to }), place, { hint: 'next.inAMoment', retryable: true }, error)
}
