import { app } from './reasons/app.ts'
import { cleanup } from './reasons/cleanup.ts'
import { data } from './reasons/data.ts'
import { files } from './reasons/files.ts'
import { memcached } from './reasons/memcached.ts'
import { next } from './reasons/next.ts'
import { project } from './reasons/project.ts'
import { reach } from './reasons/reach.ts'
import { redis } from './reasons/redis.ts'
import { sessions } from './reasons/sessions.ts'
import { sources } from './reasons/sources.ts'
import { sql } from './reasons/sql.ts'
import { sqlite } from './reasons/sqlite.ts'
import { ssh } from './reasons/ssh.ts'
import { stores } from './reasons/stores.ts'
import { urls } from './reasons/urls.ts'
import { vault } from './reasons/vault.ts'
import type { Words } from '../words.ts'

/** Why something failed, and under `next` what to do. */
export const reasons: Words['reasons'] = {
  app,
  cleanup,
  data,
  files,
  memcached,
  next,
  project,
  reach,
  redis,
  sessions,
  sources,
  sql,
  sqlite,
  ssh,
  stores,
  urls,
  vault,
}
