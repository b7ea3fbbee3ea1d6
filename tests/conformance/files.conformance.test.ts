import { openStore } from '../../electron/core/connections/open-store.ts'
import { openInWorker } from '../../electron/core/connections/remote-store.ts'
import { FILE_CACHE_TRAITS, makeFileCacheHarness } from './store/file-cache-harness.ts'
import { FILE_TRAITS, makeFileHarness } from './store/folder-harness.ts'
import { describeStoreConformance } from './store/index.ts'
import { STORE_WORKER } from './store/sqlite-harness.ts'

describeStoreConformance('session files', () => makeFileHarness(openStore), FILE_TRAITS)

describeStoreConformance('session files in a worker', () => makeFileHarness((profile) => openInWorker({ worker: STORE_WORKER, profile, onLost: (error) => { throw error } })), FILE_TRAITS)

describeStoreConformance('files of FileBasedCache', () => makeFileCacheHarness(openStore), FILE_CACHE_TRAITS)
