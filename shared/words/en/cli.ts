/** Sentences that only the command line says. */
export const cli = {
  expiry: {
    ends: 'Ends at {at}.',
    ended: 'Ended at {at}.',
    unknown: 'The stored expire date is not a date.',
  },
} as const
