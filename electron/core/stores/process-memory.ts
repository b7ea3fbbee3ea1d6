import { CoatcheckError } from '../../../shared/errors.ts'
import type { ReadStoreUrl } from './store-url.ts'

const ELSEWHERE = 'Sessions that should be seen, or shared by several processes, need another place: the db engine, or a cache such as Redis.'

/** Django's LocMemCache (django/core/cache/backends/locmem.py). @throws STORE_UNSUPPORTED */
export const refuseLocMemCache: ReadStoreUrl<never> = () => {
  throw new CoatcheckError('STORE_UNSUPPORTED', 'LocMemCache keeps sessions in the memory of the site’s own process: nobody else can read them, each process has others, and a restart ends them all.', { hint: ELSEWHERE })
}

/** Django's DummyCache (django/core/cache/backends/dummy.py). @throws STORE_UNSUPPORTED */
export const refuseDummyCache: ReadStoreUrl<never> = () => {
  throw new CoatcheckError('STORE_UNSUPPORTED', 'DummyCache keeps nothing: each session is gone as soon as it is saved.', { hint: ELSEWHERE })
}
