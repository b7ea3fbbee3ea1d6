import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { poetryMark } from '../../electron/core/project/discover/poetry.ts'
import { findPythons } from '../../electron/core/project/discover/pythons.ts'
import { pipenvMark } from '../../electron/core/project/discover/shared-environments.ts'

/**
 * Where tools keep a project's Python. Folders and names are those that poetry 1.3.2, pipenv 2022.12.19, virtualenv 20.17 and Python's
 * own venv make (their output is copied here), and those that the documentation of conda, uv and pyenv names. Each interpreter leaves a
 * mark when it is started; none is.
 */
interface World {
  readonly home: string
  readonly folder: string
  put(path: string, text?: string): void
  /** An environment with a Django, as virtualenv makes it. */
  environment(path: string, django?: string, version?: string): string
  find(env?: Readonly<Record<string, string>>, folders?: readonly string[]): Promise<readonly { readonly path: string; readonly kind: string; readonly version: string | null; readonly djangoVersion: string | null }[]>
  readonly started: string
}

function world(): World {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'coatcheck-pythons-')))
  const [home, folder, started] = [join(base, 'home'), join(base, 'code/shop'), join(base, 'started')]
  const put = (path: string, text = ''): void => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode: 0o755 })
  }
  put(join(folder, 'manage.py'))
  mkdirSync(home, { recursive: true })
  return {
    home, folder, put, started,
    environment(path, django = '5.1.3', version = '3.11.2.final.0') {
      put(join(path, 'pyvenv.cfg'), `home = /usr/bin\nimplementation = CPython\nversion_info = ${version}\nvirtualenv = 20.17.1+ds\ninclude-system-site-packages = false\n`)
      put(join(path, 'bin/python'), `#!/bin/sh\ntouch ${started}\n`)
      put(join(path, `lib/python3.11/site-packages/django-${django}.dist-info/METADATA`))
      return join(path, 'bin/python')
    },
    async find(env = {}, folders = [folder]) {
      const found = (await findPythons(folders, { home, env, platform: 'linux' })).filter(({ kind }) => kind !== 'system')
      expect(existsSync(started), 'no interpreter is started').toBe(false)
      return found
    },
  }
}

describe('poetry', () => {
  test('marks an environment by the folder of the project, as `EnvManager.generate_env_name` does', () => {
    expect(['/srv/shop', '/tmp/aptx/t/shop'].map(poetryMark)).toEqual(['58fqC6Q1', '2uJqN1H6'])
  })

  test.each([
    ['its cache', '.cache/pypoetry/virtualenvs', {}, {}],
    ['XDG_CACHE_HOME', 'xdg/pypoetry/virtualenvs', { XDG_CACHE_HOME: '$HOME/xdg' }, {}],
    ['POETRY_VIRTUALENVS_PATH', 'pv', { POETRY_VIRTUALENVS_PATH: '$HOME/pv' }, {}],
    ['POETRY_CACHE_DIR', 'pc/virtualenvs', { POETRY_CACHE_DIR: '$HOME/pc' }, {}],
    ['poetry.toml, from the home folder', 'envs-of-poetry', {}, { '$SHOP/poetry.toml': '[virtualenvs]\ncreate = true\npath = "~/envs-of-poetry"\n' }],
    ['cache-dir of poetry.toml', 'pc/virtualenvs', {}, { '$SHOP/poetry.toml': 'cache-dir = "~/pc"\n' }],
    ['{cache-dir} in poetry.toml', '.cache/pypoetry/mine', {}, { '$SHOP/poetry.toml': '[virtualenvs]\npath = "{cache-dir}/mine"\n' }],
    ['poetry’s own config.toml', 'own', {}, { '$HOME/.config/pypoetry/config.toml': "[virtualenvs]\npath = '~/own'\n" }],
  ])('in %s', async (_name, place, env, files) => {
    const { home, folder, put, environment, find } = world()
    const filled = (text: string): string => text.replace('$HOME', home).replace('$SHOP', folder)
    for (const [path, text] of Object.entries(files)) put(filled(path), filled(text))
    const own = environment(join(home, place, `corner_shop-${poetryMark(folder)}-py3.11`))
    environment(join(home, place, `corner_shop-${poetryMark(`${folder}-2`)}-py3.11`))
    const found = await find(Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)])))
    expect(found).toEqual([{ path: own, kind: 'venv', version: '3.11.2', djangoVersion: '5.1.3' }])
  })

  test('in a folder of the project, by a path that starts there', async () => {
    const { folder, put, environment, find } = world()
    put(join(folder, 'poetry.toml'), '[virtualenvs]\npath = "envs/of-poetry"\n')
    const own = environment(join(folder, 'envs/of-poetry', `shop-${poetryMark(folder)}-py3.11`))
    expect((await find()).map(({ path }) => path)).toEqual([own])
  })

  test('in the project: `.venv`, which goes before others', async () => {
    const { home, folder, environment, find } = world()
    const own = environment(join(folder, '.venv'))
    const shared = environment(join(home, '.cache/pypoetry/virtualenvs', `shop-${poetryMark(folder)}-py3.11`))
    expect((await find()).map(({ path }) => path)).toEqual([own, shared])
  })

  test('a place that the project names elsewhere on the machine is not looked at', async () => {
    const { folder, put, environment, find } = world()
    const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'coatcheck-elsewhere-')))
    environment(join(elsewhere, `shop-${poetryMark(folder)}-py3.11`))
    for (const path of [elsewhere, `../../..${elsewhere}`, '/net/other.example/envs']) {
      put(join(folder, 'poetry.toml'), `[virtualenvs]\npath = "${path}"\n`)
      expect(await find()).toEqual([])
    }
  })
})

describe('pipenv', () => {
  test('marks an environment by the path of the Pipfile', () => {
    expect(['/srv/shop', '/tmp/aptx/p/shop'].map(pipenvMark)).toEqual(['F2F75yho', '3N0IXDyo'])
  })

  test('in its data folder, in WORKON_HOME, under a name of one’s own', async () => {
    const { home, folder, put, environment, find } = world()
    const mark = pipenvMark(folder)
    const usual = environment(join(home, '.local/share/virtualenvs', `shop-${mark}`))
    environment(join(home, '.local/share/virtualenvs', `shop-${pipenvMark(`${folder}2`)}`))
    expect((await find()).map(({ path }) => path)).toEqual([usual])
    const work = environment(join(home, 'work', `shop-${mark}`))
    expect((await find({ WORKON_HOME: join(home, 'work') })).map(({ path }) => path)).toEqual([work])
    const mine = environment(join(home, 'work/mine'))
    expect((await find({ WORKON_HOME: join(home, 'work'), PIPENV_CUSTOM_VENV_NAME: 'mine' })).map(({ path }) => path).sort()).toEqual([mine, work].sort())
    const other = environment(join(home, 'named/by-file'))
    put(join(home, 'named/by-file/.project'), `${folder}\n`)
    expect((await find({ WORKON_HOME: join(home, 'named') })).map(({ path }) => path)).toEqual([other])
  })

  test('a file `.venv` names it: an environment of the data folder, or a path', async () => {
    const { home, folder, put, environment, find } = world()
    const named = environment(join(home, '.local/share/virtualenvs/named-env'))
    put(join(folder, '.venv'), 'named-env\n')
    expect((await find()).map(({ path }) => path)).toEqual([named])
    const relative = environment(join(folder, 'deep/er/env'))
    put(join(folder, '.venv'), './deep/er/env\n')
    expect((await find()).map(({ path }) => path)).toEqual([relative])
    for (const hostile of ['../../../../../../../../usr', '/net/other.example/env', 'a\0b', '..']) {
      put(join(folder, '.venv'), hostile)
      expect(await find(), JSON.stringify(hostile)).toEqual([])
    }
  })
})

describe('conda', () => {
  const conda = ({ put }: World, path: string): string => {
    put(join(path, 'conda-meta/history'))
    put(join(path, 'bin/python'))
    put(join(path, 'lib/python3.12/site-packages/Django-4.2.9-py3.12.egg-info'))
    return join(path, 'bin/python')
  }

  test.each([
    ['environments.txt', 'anywhere/shop-env', {}], ['miniconda3', 'miniconda3/envs/shop-env', {}], ['miniforge3', 'miniforge3/envs/shop-env', {}], ['CONDA_ENVS_PATH', 'mine/shop-env', { CONDA_ENVS_PATH: '/nowhere:$HOME/mine' }],
    ['MAMBA_ROOT_PREFIX', 'mamba/envs/shop-env', { MAMBA_ROOT_PREFIX: '$HOME/mamba' }], ['beside the activated one', 'c/envs/shop-env', { CONDA_PREFIX: '$HOME/c/envs/other' }], ['below the activated base', 'c/envs/shop-env', { CONDA_PREFIX: '$HOME/c' }],
  ])('by the name in environment.yml: %s', async (name, place, env) => {
    const made = world()
    const own = conda(made, join(made.home, place))
    conda(made, join(made.home, dirname(place), 'shop-env-2'))
    made.put(join(made.folder, 'environment.yml'), 'name: shop-env\nchannels:\n  - conda-forge\ndependencies:\n  - django=4.2\n')
    if (name === 'environments.txt') made.put(join(made.home, '.conda/environments.txt'), `${join(made.home, place)}\n${join(made.home, dirname(place), 'shop-env-2')}\n`)
    const found = await made.find(Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value.replace('$HOME', made.home)])))
    expect(found).toEqual([{ path: own, kind: 'conda', version: null, djangoVersion: '4.2.9' }])
  })

  test('the one that is activated is offered as such, and a name that leads out of the folder is none', async () => {
    const made = world()
    const active = conda(made, join(made.home, 'c/envs/other'))
    made.put(join(made.folder, 'environment.yml'), 'name: ..\n')
    expect(await made.find({ CONDA_PREFIX: join(made.home, 'c/envs/other') })).toEqual([{ path: active, kind: 'active', version: null, djangoVersion: '4.2.9' }])
  })
})

test('venv: made by Python’s own, and an activated one after it', async () => {
  const { home, folder, environment, find } = world()
  execFileSync('python3', ['-m', 'venv', '--without-pip', join(folder, '.venv')])
  const other = environment(join(home, 'other'))
  const found = await find({ VIRTUAL_ENV: join(home, 'other') })
  expect(found).toMatchObject([{ path: join(folder, '.venv/bin/python'), kind: 'venv', version: expect.stringMatching(/^3\.\d+\.\d+$/) as string, djangoVersion: null }, { path: other, kind: 'active' }])
  expect((await find({ VIRTUAL_ENV: join(folder, '.venv') })).map(({ kind }) => kind), 'the project’s own, activated, is one').toEqual(['venv'])
})

test('uv: `.venv`, and where UV_PROJECT_ENVIRONMENT moves it', async () => {
  const { home, folder, environment, find } = world()
  const moved = environment(join(folder, 'build-env/of-uv'))
  expect(await find({ UV_PROJECT_ENVIRONMENT: 'build-env/of-uv' })).toMatchObject([{ path: moved, kind: 'venv' }])
  const far = environment(join(home, 'uv-envs/shop'))
  expect(await find({ UV_PROJECT_ENVIRONMENT: join(home, 'uv-envs/shop') })).toMatchObject([{ path: far, kind: 'venv' }])
})

describe('pyenv', () => {
  const version = ({ put, home }: World, name: string, root = '.pyenv'): string => {
    put(join(home, root, 'versions', name, 'bin/python'))
    return join(home, root, 'versions', name, 'bin/python')
  }

  test('the version that the nearest .python-version names; a beginning means the newest of it', async () => {
    const made = world()
    const [one, , newest] = ['3.11.7', '3.12.9', '3.12.10', '3.13.0'].map((name) => version(made, name))
    made.put(join(dirname(made.folder), '.python-version'), '3.12\n')
    const around = [made.folder, dirname(made.folder)]
    expect(await made.find({}, around)).toEqual([{ path: newest, kind: 'pyenv', version: '3.12.10', djangoVersion: null }])
    made.put(join(made.folder, '.python-version'), '# ours\n3.11.7\n')
    expect((await made.find({}, around)).map(({ path }) => path)).toEqual([one])
    expect((await made.find({ PYENV_VERSION: '3.13.0' }, around)).map(({ version: said }) => said)).toEqual(['3.13.0'])
    const elsewhere = version(made, '3.11.7', 'pyenv-root')
    expect((await made.find({ PYENV_ROOT: join(made.home, 'pyenv-root') })).map(({ path }) => path)).toEqual([elsewhere])
  })

  test('an environment of pyenv-virtualenv, by its name: a link among the versions', async () => {
    const made = world()
    const own = made.environment(join(made.home, '.pyenv/versions/3.11.7/envs/shop'))
    symlinkSync(join(made.home, '.pyenv/versions/3.11.7/envs/shop'), join(made.home, '.pyenv/versions/shop'))
    for (const name of ['3.11.7/envs/shop', 'shop']) {
      made.put(join(made.folder, '.python-version'), `${name}\n`)
      expect(await made.find(), name).toMatchObject([{ kind: 'venv', djangoVersion: '5.1.3', path: own }])
    }
  })

  test.each(['../../..', '/etc', 'system', '', 'a/../../b', '\0'])('%j is no version', async (text) => {
    const made = world()
    version(made, '3.11.7')
    made.put(join(made.folder, '.python-version'), text)
    expect(await made.find()).toEqual([])
  })
})
