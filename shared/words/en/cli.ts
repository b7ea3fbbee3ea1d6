/** Sentences that only the command line says. */
export const cli = {
  manyFindings: 'These are the first {limit} findings; what comes after them was not looked at.',
  incomplete: 'The list may be incomplete: the server tells of keys, but not surely of all of them.',
  expiry: {
    ends: 'Ends at {at}.',
    ended: 'Ended at {at}.',
    never: 'It never ends by itself.',
    unknown: 'The stored expire date is not a date.',
  },
} as const
