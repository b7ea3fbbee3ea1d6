/** Whether a text that is to be opened is the URL of a store and no path. */
export function isStoreUrl(text: string): boolean {
  return /^\s*[a-z][a-z0-9+]+:\/\//i.test(text)
}

/** For people: a password in the URL is left out. */
export function withoutPassword(text: string): string {
  return isStoreUrl(text) ? text.replace(/^(\s*[a-z0-9+]+:\/\/[^/?#@:]*):[^/?#]*@/i, '$1@') : text
}

/** The table that was entered beside the URL; one in the URL stands. */
export function withTable(url: string, table: string | undefined): string {
  if (table === undefined || table === '' || /[?&]table=/.test(url)) return url
  return `${url}${url.includes('?') ? '&' : '?'}table=${encodeURIComponent(table)}`
}
