import { CoatcheckError } from '../../../shared/errors.ts'
import type { ReadStoreUrl } from './store-url.ts'

const ELSEWHERE = 'next.elsewhere'

/** Django's LocMemCache (django/core/cache/backends/locmem.py). @throws STORE_UNSUPPORTED */
export const refuseLocMemCache: ReadStoreUrl<never> = () => {
  throw new CoatcheckError('STORE_UNSUPPORTED', 'stores.locmem', { hint: ELSEWHERE })
}

/** Django's DummyCache (django/core/cache/backends/dummy.py). @throws STORE_UNSUPPORTED */
export const refuseDummyCache: ReadStoreUrl<never> = () => {
  throw new CoatcheckError('STORE_UNSUPPORTED', 'stores.dummy', { hint: ELSEWHERE })
}
