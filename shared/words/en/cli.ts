/** Sentences that only the command line says. */
export const cli = {
  manyFindings: 'These are the first {limit} findings; what comes after them was not looked at.',
  matched: 'No session fits. | One session fits. | {count} sessions fit.',
  unread: 'The data of one session cannot be read, so that it is neither found nor left out by what is asked of the data. | The data of {count} sessions cannot be read, so that they are neither found nor left out by what is asked of the data.',
  incomplete: 'The list may be incomplete: the server tells of keys, but not surely of all of them.',
  doctor: { nothing: 'Nothing was found.' },
  expiry: {
    ends: 'Ends at {at}.',
    ended: 'Ended at {at}.',
    never: 'It never ends by itself.',
    unknown: 'The stored expire date is not a date.',
  },
} as const
