import { expect, test } from 'vitest'
import { readDeepLink, writeDeepLink } from './deep-link.ts'

test.each([
  { path: '/srv/shop/db & co.sqlite3', key: null },
  { path: '/srv/shop', key: 'k3v9ta' },
  { path: 'C:\\shop\\db.sqlite3', key: 'a+b c%&=é' },
])('a link that is written is read: %o', (link) => {
  expect(readDeepLink(writeDeepLink(link))).toEqual(link)
})

test.each([
  'coatcheck://delete?path=/a', 'coatcheck://open/now?path=/a', 'coatcheck:open?path=/a', 'coatcheck://me@open?path=/a', 'coatcheck://open:80?path=/a', 'coatcheck://open?path=/a#x', 'coatcheck://open?path=/a&path=/b', 'coatcheck://open?path=/a&yes=1',
  'coatcheck://open', 'coatcheck://open?path=', 'https://open?path=/a', 'coatcheck://open?path=relative', 'coatcheck://open?path=//server/share', 'coatcheck://open?path=%5C%5Cserver%5Cshare', 'coatcheck://open?path=/%00',
  'coatcheck://open?path=postgresql://db.example/shop', 'coatcheck://open?path=file:///etc', `coatcheck://open?path=/${'x'.repeat(5000)}`, 'coatcheck://open?path=/a&key=', 'coatcheck://open?path=/a&key=a%0Ab', `coatcheck://open?path=/a&key=${'x'.repeat(513)}`,
])('%s is refused, and nothing of it is repeated', (text) => {
  expect(() => readDeepLink(text)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', message: expect.stringMatching(/^This link is refused\. [A-Z][a-z ]+\.$/) as string }) as Error)
})
