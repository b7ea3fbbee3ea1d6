import type { PlaceSecrets } from '../../../shared/model/source.ts'
import type { SavedConnection } from '../../../shared/model/connection.ts'
import { guessEnvironment } from '../../../shared/model/environment.ts'
import type { Handlers } from '../../../shared/rpc/contract.ts'
import { readStoreUrl } from '../../core/connections/read-url.ts'
import { DEFAULT_SETTINGS } from '../../core/sessions/session-source.ts'
import { withoutMode } from '../../core/sources/place-labels.ts'
import type { StoredConnection } from '../../core/sources/saved-connections.ts'
import { secretsOf } from '../../core/sources/place-secrets.ts'
import { withOptions } from '../../core/sources/source-registry.ts'
import { testPlace } from '../../core/sources/test-place.ts'
import type { Services } from './services.ts'

type ConnectionHandlers = Pick<Handlers,
  | 'connections.preview' | 'connections.test' | 'connections.list' | 'connections.save' | 'connections.remove' | 'connections.reorder' | 'connections.open'
  | 'vault.unlock' | 'vault.clear'>

/** The secrets that a connection may have, and the ids under which the vault keeps them. */
const SECRETS = { password: 'password', sentinelPassword: 'sentinel', cachePassword: 'cache', sshSecret: 'ssh', cacheSshSecret: 'cache-ssh' } as const
const NAMES = Object.keys(SECRETS) as (keyof typeof SECRETS)[]
const secretId = (id: string, secret: keyof typeof SECRETS): string => `${id}.${SECRETS[secret]}`
const secretIds = (id: string): readonly string[] => NAMES.map((name) => secretId(id, name))

export function connectionHandlers(services: Services): ConnectionHandlers {
  const { registry, saved, vault, labels, newId } = services

  async function withKept(given: PlaceSecrets, id: string | undefined): Promise<PlaceSecrets> {
    if (id === undefined) return given
    const kept: Partial<Record<keyof typeof SECRETS, string>> = {}
    for (const name of NAMES) {
      const secret = given[name] === undefined ? await vault.read(secretId(id, name)) : null
      if (secret !== null) kept[name] = secret
    }
    return { ...given, ...kept }
  }

  function toSaved(stored: StoredConnection, ids: ReadonlySet<string>, label: StoredConnection['environment'] | null): SavedConnection {
    const has = (name: keyof typeof SECRETS): boolean => ids.has(secretId(stored.id, name))
    return { ...stored, environment: label ?? stored.environment, keeps: { password: has('password'), ssh: has('sshSecret'), sentinel: has('sentinelPassword'), cache: has('cachePassword'), cacheSsh: has('cacheSshSecret') } }
  }

  return {
    'connections.preview': async ({ url: given }) => {
      const { url, name, location, isLocal } = readStoreUrl(given, DEFAULT_SETTINGS.clock)
      const { environment, word } = guessEnvironment({ isLocal, text: location })
      return { url, name, location, isLocal, environment, guessedFrom: word }
    },
    'connections.test': async ({ target, clock, savedId, ...given }, signal) => {
      const secrets = await withKept(given, savedId)
      const resolved = withOptions(await services.resolve(target, signal), { ...secrets, clock })
      return testPlace(resolved, services.testing, signal)
    },
    'connections.list': async () => {
      const [list, ids, state] = [await saved.list(), await vault.ids(), await vault.state()]
      return { connections: await Promise.all(list.map(async (one) => toSaved(one, ids, await labels.read(one.target)))), vault: state }
    },
    'connections.save': async ({ id: known, connection, keepSecrets, fromSource, ...given }, signal) => {
      const resolved = await services.resolve(connection.target, signal)
      const { target, location } = resolved
      const id = known ?? newId()
      // One that came in the URL is taken out there, and kept only where people ask for it.
      const secrets = { ...(fromSource === undefined ? {} : registry.secretsOf(fromSource)), ...secretsOf(resolved), ...given }
      // The vault first: a connection that says it keeps a password must.
      if (keepSecrets === false) await vault.remove(secretIds(id))
      for (const name of NAMES) {
        const secret = secrets[name]
        if (keepSecrets === true && secret !== undefined) await vault.write(secretId(id, name), secret)
      }
      const stored = await saved.put(id, { ...connection, target: withoutMode(target) }, location)
      await labels.write(target, connection.environment)
      // A place that is open under its old label would stay as writable as it was.
      const place = JSON.stringify(stored.target)
      const open = registry.all().filter(({ resolved }) => JSON.stringify(withoutMode(resolved.target)) === place && resolved.environment !== connection.environment)
      for (const { source } of open) await registry.setEnvironment(source.id, connection.environment, signal)
      return toSaved(stored, await vault.ids(), connection.environment)
    },
    'connections.remove': async ({ id }) => {
      await saved.remove(id)
      await vault.remove(secretIds(id))
      return null
    },
    'connections.reorder': async ({ ids }) => {
      await saved.reorder(ids)
      return null
    },
    'connections.open': async ({ id, keys, ...given }, signal) => {
      const { target, name, clock } = await saved.get(id)
      const secrets = await withKept(given, id)
      return registry.open(target, { ...secrets, name, keys, ...(clock === null ? {} : { clock }) }, signal)
    },
    'vault.unlock': async ({ passphrase }) => {
      await vault.unlock(passphrase)
      return vault.state()
    },
    'vault.clear': async () => {
      await vault.clear()
      return vault.state()
    },
  }
}
