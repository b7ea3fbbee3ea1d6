/** All that the command line has of the outside; a test hands in its own. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly readInput: () => Promise<string>
  /** Ends with SIGINT. */
  readonly signal: AbortSignal
}
