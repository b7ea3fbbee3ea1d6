/** What memcached says no to. */
export const memcached = {
  notMemcached: 'What listens at this address does not speak memcached’s text protocol.',
  asksPassword: 'The server asks for a password (ASCII or SASL authentication), which is not supported.',
  tooLong: 'The session is longer than the server takes (its limit for one item, 1 MB unless set otherwise).',
  noMemory: 'The server has no memory left for this session; nothing was written.',
  listing: 'The server is listing its keys for somebody else.',
  noList: 'This memcached does not list its keys.',
  noTtl: 'This is memcached {version}, which does not tell how long an item still lives: an edit would lose that.',
  itemTooLong: 'The session would be {size} bytes long; this memcached takes items of up to {limit}.',
  noTimes: 'memcached knows no times after 19 January 2038.',
  otherServer: 'The server that held this session is none of these.',
  noKey: 'memcached has no such key.',
  notTaken: 'The server did not take this session.',
  timePassed: 'The time of this session has passed: memcached does not keep it.',
} as const
