/** What a place is to the people who run it. */
export const ENVIRONMENTS = ['local', 'staging', 'production'] as const
export type Environment = (typeof ENVIRONMENTS)[number]

/** Colours that a connection can be marked with; the design's own, so that each has its contrast in both themes. */
export const CONNECTION_COLORS = ['none', 'brass', 'blue', 'green', 'orange', 'red'] as const
export type ConnectionColor = (typeof CONNECTION_COLORS)[number]

export interface GuessedEnvironment {
  readonly environment: Environment
  /** The word of the place that says so; null: nothing does, and another machine is taken for production. */
  readonly word: string | null
}

const STAGING = /(?:^|[^a-z])(stag(?:e|ing)?|preprod|pre-prod|uat|qa|test(?:ing)?|dev(?:el)?|sandbox|demo)(?![a-z])/i

/** Guessed from what a place is called; people may say otherwise. `text`: host and database, for instance. */
export function guessEnvironment({ isLocal, text }: { readonly isLocal: boolean; readonly text: string }): GuessedEnvironment {
  if (isLocal) return { environment: 'local', word: null }
  const word = STAGING.exec(text)?.[1] ?? null
  return { environment: word === null ? 'production' : 'staging', word }
}
