/** Sentences that only the command line says. */
export const cli = {
  manyFindings: 'These are the first {limit} findings; what comes after them was not looked at.',
  doctor: { nothing: 'Nothing was found.' },
  expiry: {
    ends: 'Ends at {at}.',
    ended: 'Ended at {at}.',
    unknown: 'The stored expire date is not a date.',
  },
} as const
