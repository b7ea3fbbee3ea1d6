import { CoatcheckError } from '../../../shared/errors.ts'
import type { ErrorDetails } from '../../../shared/errors.ts'
import type { ErrorCode } from '../../../shared/errors.ts'

/** Where an SSH connection leads, for people: `ana@bastion:22`. */
export type SshPlace = string

/** What the system says before SSH begins. Foreign words are never passed on. */
const SOCKET: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at the SSH server’s address.',
  ENOTFOUND: 'No SSH server has this host name.',
  EAI_AGAIN: 'The SSH server’s name cannot be looked up now.',
  ETIMEDOUT: 'The SSH server does not answer in time.',
  EHOSTUNREACH: 'There is no way to the SSH server.',
  ENETUNREACH: 'There is no way to the SSH server’s network.',
  ECONNRESET: 'The SSH server has closed the connection.',
}

const sshError = (code: ErrorCode, message: string, place: SshPlace, details: ErrorDetails = {}, cause?: unknown): CoatcheckError =>
  new CoatcheckError(code, message, { subject: place, ...details }, cause)

/** `lockedKeys`: key files that were left out because their passphrase is not known. */
export function translateSshError(error: unknown, place: SshPlace, lockedKeys: readonly string[]): CoatcheckError {
  if (error instanceof CoatcheckError) return error
  const { level = '', code = '' } = (error instanceof Error ? error : {}) as { level?: string; code?: string }
  if (level === 'client-authentication') return refusedUser(place, lockedKeys, error)
  if (level === 'client-timeout') return sshError('SSH_UNREACHABLE', 'The SSH server does not answer in time.', place, { hint: 'Check that it runs and can be reached, then try again.', retryable: true }, error)
  const message = SOCKET[code] ?? (level === 'protocol' || level === 'handshake' ? 'What answers there is no SSH server that can be spoken to.' : 'The SSH connection was lost.')
  return sshError('SSH_UNREACHABLE', message, place, { hint: 'Check host and port of the SSH server.', retryable: true }, error)
}

function refusedUser(place: SshPlace, lockedKeys: readonly string[], cause: unknown): CoatcheckError {
  if (lockedKeys.length === 0) return sshError('SSH_AUTH', 'The SSH server accepts none of the keys, nor the password, that it was shown.', place, { hint: 'Check the user, and that ssh itself gets in.' }, cause)
  return sshError('SSH_AUTH', `A passphrase protects the key file ${lockedKeys.join(', ')}.`, place, { hint: 'Enter its passphrase, or add the key to the agent with ssh-add.' }, cause)
}

export function wrongPassphrase(file: string, place: SshPlace): CoatcheckError {
  return sshError('SSH_AUTH', `The passphrase does not open the key file ${file}.`, place, { hint: 'Enter the passphrase of this file.' })
}

export function unreadableKey(file: string, place: SshPlace): CoatcheckError {
  return sshError('SSH_AUTH', `The key file ${file} cannot be read.`, place, { hint: 'Choose the file of a private key, in OpenSSH’s or PEM form.' })
}

/** `fingerprint` is what people compare; it is the last word of the subject. */
export function unknownHost(place: SshPlace, type: string, fingerprint: string): CoatcheckError {
  return sshError('SSH_HOST_UNKNOWN', `The key of this SSH server is not in known_hosts: ${type} ${fingerprint}.`, `${place} ${fingerprint}`, { hint: 'Compare it with what its administrator tells you, then trust it. Nothing was sent.' })
}

export function changedHost(place: SshPlace, type: string, fingerprint: string): CoatcheckError {
  return sshError('SSH_HOST_CHANGED', `The SSH server shows another key than the one in known_hosts: ${type} ${fingerprint}.`, place, { hint: 'Somebody may be in between. If the server is new, take its old key out with ssh-keygen -R. Nothing was sent.' })
}

export function revokedHost(place: SshPlace, type: string, fingerprint: string): CoatcheckError {
  return sshError('SSH_HOST_CHANGED', `known_hosts marks this key as revoked: ${type} ${fingerprint}.`, place, { hint: 'Nothing was sent.' })
}

export function commandNeeded(place: SshPlace): CoatcheckError {
  return sshError('SSH_UNREACHABLE', 'The SSH configuration leads there through a program (ProxyCommand), and Coatcheck runs none.', place, { hint: 'Use ProxyJump in ~/.ssh/config.' })
}

/** RFC 4254, 5.1: 1 prohibited, 2 connect failed, 4 resource shortage. */
export function forwardError(error: unknown, place: SshPlace, to: string): CoatcheckError {
  const reason = error instanceof Error && 'reason' in error ? error.reason : null
  if (reason === 1) return sshError('SSH_FORWARD', `The SSH server does not allow forwarding to ${to}.`, place, { hint: 'AllowTcpForwarding and PermitOpen in its sshd_config decide it.' }, error)
  if (reason === 2) return sshError('SSH_FORWARD', `The SSH server finds nothing that listens at ${to}.`, place, { hint: 'Host and port are as the SSH server sees them: its own database is localhost.' }, error)
  return sshError('SSH_FORWARD', `The SSH server cannot connect to ${to} now.`, place, { hint: 'Try again in a moment.', retryable: true }, error)
}
