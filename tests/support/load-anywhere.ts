import { Cluster, Redis } from 'ioredis'
import type { DjangoPython } from './django.ts'
import { runPython } from './django.ts'
import { TABLE_KEY } from './session-table.ts'
import type { SourceForm } from './source-forms.ts'

const SCRIPT = `
import json, sys
sys.path.append("/usr/lib/python3/dist-packages")
job = json.load(sys.stdin)
if any(database["ENGINE"].endswith("mysql") for database in job["databases"].values()):
    import pymysql
    pymysql.version_info = (2, 2, 1, "final", 0)
    pymysql.__version__ = "2.2.1"
    pymysql.install_as_MySQLdb()
import django
from django.conf import settings
settings.configure(
    SECRET_KEY=job["secret"], USE_TZ=True, INSTALLED_APPS=["django.contrib.sessions"], DATABASES=job["databases"], CACHES=job["caches"],
    SESSION_ENGINE="django.contrib.sessions.backends." + job["engine"], SESSION_FILE_PATH=job["folder"],
)
django.setup()
if job["value"] is not None:
    import base64
    from django.core.cache.backends.redis import RedisSerializer
    print(json.dumps(RedisSerializer().loads(base64.b64decode(job["value"]))))
else:
    from importlib import import_module
    print(json.dumps(dict(import_module(settings.SESSION_ENGINE).SessionStore(job["key"]).load())))
`

type Setting = Readonly<Record<string, unknown>>
interface Job {
  readonly engine: 'db' | 'cache' | 'cached_db' | 'file'
  readonly databases?: Readonly<Record<string, Setting>>
  readonly caches?: Readonly<Record<string, Setting>>
  readonly folder?: string
  /** What a server that Django's own backends do not reach has for this session; base64. */
  readonly value?: string
}

/** What a request with this session's key would find, by real Django; of Sentinels and clusters, what their server holds, read by Django's serializer. */
export async function loadAnywhere(python: DjangoPython, { url, cache, key }: SourceForm): Promise<unknown> {
  const job = cache === undefined ? await jobOf(url, key) : { ...(await jobOf(url, key)), engine: 'cached_db', caches: (await jobOf(cache, key)).caches }
  return JSON.parse(await runPython(python, SCRIPT, { input: JSON.stringify({ databases: {}, caches: {}, folder: null, value: null, secret: TABLE_KEY, key, ...job }) }))
}

async function jobOf(url: string, key: string): Promise<Job> {
  const [scheme = ''] = url.split('://', 1)
  if (scheme === 'redis+sentinel' || scheme === 'redis+cluster') return { engine: 'cache', value: await valueOf(url, key) }
  const place = new URL(url.replace(/^[a-z+]+:/, 'http:').replace('http:///', 'http://none/'))
  const path = decodeURIComponent(place.pathname)
  const redis = (location: string): Job => ({ engine: 'cache', caches: { default: { BACKEND: 'django.core.cache.backends.redis.RedisCache', LOCATION: location } } })
  switch (scheme) {
    case 'sqlite': case 'postgresql': case 'mysql':
      return { engine: 'db', databases: { default: database(scheme, place) } }
    case 'dbcache+sqlite': case 'dbcache+postgresql': case 'dbcache+mysql':
      return { engine: 'cache', databases: { default: database(scheme.replace('dbcache+', ''), place) }, caches: { default: { BACKEND: 'django.core.cache.backends.db.DatabaseCache', LOCATION: place.searchParams.get('table') } } }
    case 'redis': case 'unix':
      return redis(url)
    case 'rediss':
      return redis(url.replace('tlscacert', 'ssl_ca_certs'))
    case 'memcached':
      return { engine: 'cache', caches: { default: { BACKEND: 'django.core.cache.backends.memcached.PyMemcacheCache', LOCATION: place.host } } }
    case 'djcache':
      return { engine: 'cache', caches: { default: { BACKEND: 'django.core.cache.backends.filebased.FileBasedCache', LOCATION: path } } }
    case 'file':
      return { engine: 'file', folder: path }
    default:
      throw new Error(`Django is not set up for ${scheme}.`)
  }
}

function database(kind: string, place: URL): Setting {
  if (kind === 'sqlite') return { ENGINE: 'django.db.backends.sqlite3', NAME: decodeURIComponent(place.pathname) }
  return { ENGINE: `django.db.backends.${kind}`, HOST: place.hostname, PORT: place.port, USER: place.username, PASSWORD: decodeURIComponent(place.password), NAME: place.pathname.slice(1) }
}

async function valueOf(url: string, key: string): Promise<string> {
  const [hosts = '', name = ''] = url.replace(/^[a-z+]+:\/\//, '').split('/')
  const nodes = hosts.split(',').map((one) => ({ host: '127.0.0.1', port: Number(one.split(':')[1]) }))
  const client = url.startsWith('redis+cluster') ? new Cluster(nodes) : new Redis({ sentinels: nodes, name })
  try {
    const value = await client.getBuffer(`:1:django.contrib.sessions.cache${key}`)
    if (value === null) throw new Error('The server has no such session.')
    return value.toString('base64')
  } finally {
    client.disconnect()
  }
}
