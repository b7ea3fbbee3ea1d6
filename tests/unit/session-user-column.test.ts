import Database from 'better-sqlite3'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { signData } from '../../electron/core/codecs/signing.ts'
import { startApp } from '../support/app.ts'

const SECRET = 'a-key'
const LOGIN = { _auth_user_id: '1', _auth_user_backend: 'django.contrib.auth.backends.ModelBackend', _auth_user_hash: 'abc' }

/** As the migrations of django-user-sessions make it. */
function makeTable(path: string): Database.Database {
  const database = new Database(path)
  database.exec(`CREATE TABLE auth_user (id integer NOT NULL PRIMARY KEY); INSERT INTO auth_user VALUES (1), (2);
    CREATE TABLE user_sessions_session (session_key varchar(40) NOT NULL PRIMARY KEY, session_data text NOT NULL, expire_date datetime NOT NULL, user_agent varchar(200) NULL, last_activity datetime NOT NULL, ip char(39) NULL, user_id integer NULL REFERENCES auth_user (id))`)
  const text = signData(Buffer.from(JSON.stringify(LOGIN)), { key: { name: 'SECRET_KEY', secret: SECRET }, salt: ROW_SALT, compress: true, now: Date.now(), algorithm: 'sha256' })
  database.prepare("INSERT INTO user_sessions_session VALUES ('thekey', ?, '2036-11-21 10:00:00', 'Firefox', '2026-11-21 10:00:00', '10.0.0.1', 1)").run(text)
  return database
}

test('the column of the user goes with _auth_user_id in the data, and undo brings both back', async () => {
  await using app = await startApp()
  const path = join(app.dataFolder, 'db.sqlite3')
  const database = makeTable(path)
  const look = (): unknown => database.prepare('SELECT * FROM user_sessions_session').get()
  const before = look()
  const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'sqlite', path, table: 'user_sessions_session' }, keys: { secretKey: SECRET, fallbacks: [] } })
  const change = async (data: Readonly<Record<string, unknown>>): Promise<string> => {
    const etag = (await app.client.call('sessions.read', { sourceId, key: 'thekey' }))?.etag ?? ''
    const { planId } = await app.client.call('changes.plan', { sourceId, change: { kind: 'edit', key: 'thekey', ifEtag: etag, data: JSON.stringify(data), expiry: null } })
    const result = await app.client.call('changes.apply', { planId })
    expect(result).toMatchObject({ changed: 1 })
    return result.changeId ?? ''
  }

  const cart = await change({ ...LOGIN, cart: [1] })
  expect(look()).toMatchObject({ user_id: 1, user_agent: 'Firefox' })
  const other = await change({ ...LOGIN, _auth_user_id: '2' })
  expect(look()).toMatchObject({ user_id: 2 })
  const nobody = await change({ cart: [1] })
  expect(look()).toMatchObject({ user_id: null })
  for (const changeId of [nobody, other, cart]) expect(await app.client.call('changes.undo', { changeId })).toMatchObject({ changed: 1 })
  expect(look()).toEqual(before)
  database.close()
})
