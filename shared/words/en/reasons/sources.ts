/** Why a source does not open. */
export const sources = {
  demoNotCopied: 'The demo cannot be copied to your data folder.',
  demoNotThere: 'The demo is not at this place.',
  demoNotMoved: "The demo's sessions cannot be moved in time: {outcome}.",
  keepsItsOwn: 'This store keeps its sessions itself; cookies have no place in it.',
  noCookieInText: 'There is no cookie in this text.',
  pastedNotKept: 'These cookies were pasted, and are kept nowhere.',
  rowsInDatabase: 'The rows of cached_db are in a database.',
  besideNoCache: 'What stands beside the rows of cached_db is no cache.',
  notSaved: 'This connection is not saved any more.',
  notOpen: 'This source is not open.',
  noneOpen: 'No source is open.',
  usersMoved: 'The user table is on {place}, not where it was seen.',
  staysLocked: 'This is not the name of the source. It stays locked.',
  noUserId: 'No session can be looked for by this id.',
  searchEnded: 'The search ended in a way that Coatcheck does not know.',
  oneDatabase: 'A cache stands in front of one database.',
} as const
