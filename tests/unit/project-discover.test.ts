import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { discoverProjects } from '../../electron/core/project/discover/discover.ts'
import { readCompose } from '../../electron/core/project/discover/compose.ts'
import { never, SAMPLES_FOLDER } from '../support/project-samples.ts'

/** Projects are found from a folder, above it and below it, by names and small files alone. */
const MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")\n'

function tree(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coatcheck-discover-')))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

const find = (folder: string): ReturnType<typeof discoverProjects> => discoverProjects(folder, never())

describe('where projects are', () => {
  test('in a monorepo, all of them', async () => {
    const { projects } = await find(join(SAMPLES_FOLDER, 'monorepo'))
    expect(projects.map((project) => project.name)).toEqual(['blog', 'shop'])
  })

  test('from a folder below, and from a file', async () => {
    const folder = join(SAMPLES_FOLDER, 'startproject-5')
    for (const start of [join(folder, 'site_'), join(folder, 'site_/settings.py')]) expect((await find(start)).projects.map((project) => project.folder)).toEqual([folder])
  })

  test('without manage.py, by the files of a project', async () => {
    const folder = tree({ 'src/app/settings.py': 'DEBUG = True\n', 'src/app/wsgi.py': '', '.git/config': '' })
    const [project] = (await find(folder)).projects
    expect(project?.folder).toBe(join(folder, 'src'))
    expect(project?.settings.map((item) => item.module)).toContain('app.settings')
  })

  test('a folder that is not there is an error, one without a project is not', async () => {
    await expect(find('/nowhere/at/all')).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
    expect((await find(tree({ 'readme.md': '' }))).projects).toEqual([])
  })

  test('links, FIFOs, deep folders and what packages bring end the walk', async () => {
    const folder = tree({ 'site/manage.py': MANAGE, 'node_modules/x/manage.py': MANAGE, 'venv/pyvenv.cfg': '', 'venv/src/manage.py': MANAGE, 'a/b/c/d/e/f/g/manage.py': MANAGE })
    symlinkSync(folder, join(folder, 'site/again'))
    symlinkSync('/', join(folder, 'root'))
    execFileSync('mkfifo', [join(folder, 'site/.env'), join(folder, 'site/pytest.ini'), join(folder, 'site/docker-compose.yml')])
    const { projects, truncated } = await find(folder)
    expect(projects.map((project) => project.name)).toEqual(['site'])
    expect(truncated).toBe(true)
  })
})

describe('what a project has', () => {
  test('settings modules, with what names them', async () => {
    const folder = tree({ 'manage.py': MANAGE, 'site_/settings.py': '', 'site_/wsgi.py': 'os.environ["DJANGO_SETTINGS_MODULE"] = "site_.production"\n', 'site_/production.py': '', 'pytest.ini': '[pytest]\nDJANGO_SETTINGS_MODULE = site_.testing\n', 'pyproject.toml': '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "site_.testing"\n' })
    const [project] = (await find(folder)).projects
    expect(project?.settings.map(({ module, namedBy }) => [module, namedBy])).toEqual([['site_.settings', ['manage.py']], ['site_.production', ['site_/wsgi.py']], ['site_.testing', ['pytest.ini', 'pyproject.toml']]])
  })

  test('split settings beside the one that is named', async () => {
    const [project] = (await find(join(SAMPLES_FOLDER, 'split-settings'))).projects
    expect(project?.settings[0]).toEqual({ module: 'config.settings.local', file: 'config/settings/local.py', namedBy: ['manage.py'] })
    expect(project?.settings.map((item) => item.module)).toEqual(expect.arrayContaining(['config.settings.base', 'config.settings.production']))
  })

  test('virtual environments and the Django in them, without a start of any', async () => {
    const folder = tree({
      'manage.py': MANAGE, '.venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.12.4\n', '.venv/lib/python3.12/site-packages/django-5.1.3.dist-info/METADATA': '',
      'conda/conda-meta/history': '', 'conda/bin/python': '', 'conda/lib/python3.11/site-packages/Django-4.2.9-py3.11.egg-info': '', 'env/not-one': '',
    })
    const [project] = (await find(folder)).projects
    const own = project?.pythons.filter((python) => python.kind !== 'system')
    expect(own).toEqual([{ path: join(folder, '.venv/bin/python'), kind: 'venv', version: '3.12.4', djangoVersion: '5.1.3' }, { path: join(folder, 'conda/bin/python'), kind: 'conda', version: null, djangoVersion: '4.2.9' }])
  })

  test('services of docker-compose and their published ports', async () => {
    const [project] = (await find(join(SAMPLES_FOLDER, 'compose'))).projects
    expect(project?.compose.map(({ name, ports }) => [name, ports])).toEqual([
      ['web', [{ host: '127.0.0.1', published: 8000, target: 8000 }]], ['db', [{ host: '127.0.0.1', published: 55_432, target: 5432 }]], ['cache', [{ host: '127.0.0.1', published: 56_379, target: 6379 }]],
    ])
  })

  test.each([
    ['a variable', 'services: {db: {ports: ["${PORT}:5432"]}}'], ['a range', 'services: {db: {ports: ["5000-5010:5432"]}}'], ['no published port', 'services: {db: {ports: [5432, "5432"]}}'], ['a port that is none', 'services: {db: {ports: ["99999:5432"]}}'], ['null', 'services: {db: {ports: [null]}}'],
  ])('%s publishes nothing that is known', (_name, text) => {
    expect(readCompose(text, 'x').flatMap((service) => service.ports)).toEqual([])
  })

  test.each([['not YAML', ']['], ['a list', '- a'], ['a bomb of aliases', `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`).join('\n')}\nservices: *i\n`], ['a tag', 'services: !!python/object/apply:os.system ["true"]']])('%s gives no service', (_name, text) => {
    expect(readCompose(text, 'x')).toEqual([])
  })
})
