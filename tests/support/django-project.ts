import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync, appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DjangoPython } from './django.ts'
import { runPython } from './django.ts'
import { freePort } from './memcached.ts'
import { SAMPLES_FOLDER } from './project-samples.ts'

const START_MS = 30_000
const URLS = 'from django.contrib import admin\nfrom django.urls import path\nurlpatterns = [path("admin/", admin.site.urls)]\n'
const TEMPLATES = 'TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]}}]\n'
const SETUP = 'import django, json, os, sys\nsys.path.insert(0, os.getcwd())\nos.environ["DJANGO_SETTINGS_MODULE"] = "site_.settings"\ndjango.setup()\nfrom importlib import import_module\nfrom django.conf import settings\nSessionStore = import_module(settings.SESSION_ENGINE).SessionStore\ndef answer(value):\n    print(json.dumps(value))\n'

/** A project of its own in a temporary folder, with a database that its Django has made. */
export interface DjangoProject extends AsyncDisposable {
  readonly folder: string
  /** Runs in the project's Django; `answer(value)` is what comes back. */
  django<T>(script: string): Promise<T>
  /** `manage.py runserver` on a free port. */
  serve(): Promise<DevServer>
}

export interface DevServer extends AsyncDisposable {
  /** On 127.0.0.1. */
  readonly port: number
  /** Status of a page, with this `Cookie` header; redirects are not followed. */
  get(path: string, cookie: string): Promise<{ readonly status: number; readonly location: string | null }>
}

export interface ProjectParts {
  /** Name of the sample that it is a copy of. */
  readonly sample: string
  /** Lines after its settings. */
  readonly settings?: string
  /** Its own virtual environment, as `.venv`. */
  readonly withVenv?: boolean
  /** Lines after its `site_/urls.py`: a router, a view. */
  readonly urls?: string
}

export async function makeDjangoProject(python: DjangoPython, { sample, settings = '', withVenv = false, urls = '' }: ProjectParts): Promise<DjangoProject> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coatcheck-project-')))
  cpSync(join(SAMPLES_FOLDER, sample), folder, { recursive: true })
  appendFileSync(join(folder, 'site_/settings.py'), `\n${TEMPLATES}${settings}\n`)
  writeFileSync(join(folder, 'site_/urls.py'), `${URLS}${urls}`)
  if (withVenv) symlinkSync(dirname(dirname(python.path)), join(folder, '.venv'))
  const servers: DevServer[] = []
  const django = async <T>(script: string): Promise<T> => JSON.parse(await runPython(python, `${SETUP}${script}`, { folder })) as T
  await django('from django.core.management import call_command\ncall_command("migrate", verbosity=0, run_syncdb=True)\nanswer(None)')
  return {
    folder,
    django,
    async serve() {
      const server = await startServer(python, folder)
      servers.push(server)
      return server
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startServer(python: DjangoPython, folder: string): Promise<DevServer> {
  const port = await freePort()
  const child = spawn(python.path, ['manage.py', 'runserver', '--noreload', `127.0.0.1:${port}`], { cwd: folder, stdio: 'ignore', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
  const get: DevServer['get'] = async (path, cookie) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', headers: { cookie } })
    await response.arrayBuffer()
    return { status: response.status, location: response.headers.get('location') }
  }
  const until = performance.now() + START_MS
  while (!(await get('/admin/login/', '').then(({ status }) => status === 200, () => false))) {
    if (child.exitCode !== null || performance.now() > until) throw new Error(`runserver does not answer on ${port}`)
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
  return {
    port, get,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
