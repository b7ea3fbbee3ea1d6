import type { ErrorCode } from '../../shared/errors.ts'

/** Exit codes of the command line (docs/cli.md). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** `decode`: readable, but not verified. */
  notVerified: 3,
  /** `decode`: nothing decodable; `show`: no such session. */
  notFound: 4,
  /** Needs `--yes`, the source is read-only, or the project is not trusted. */
  refused: 5,
  /** Finished, with failures. */
  partly: 6,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export function exitOf(code: ErrorCode): ExitCode {
  switch (code) {
    case 'REQUEST_INVALID':
      return EXIT.usage
    case 'CONFIRMATION_REQUIRED':
    case 'STORE_READ_ONLY':
    case 'ACCESS_DENIED':
      return EXIT.refused
    case 'CANCELLED':
      return EXIT.interrupted
    default:
      return EXIT.failed
  }
}
