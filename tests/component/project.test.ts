import { mount } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, describe, expect, test, vi } from 'vitest'
import DoctorFindings from '../../renderer/src/components/project/DoctorFindings.vue'
import ProjectDoctor from '../../renderer/src/components/project/ProjectDoctor.vue'
import ProjectSettings from '../../renderer/src/components/project/ProjectSettings.vue'
import ProjectStores from '../../renderer/src/components/project/ProjectStores.vue'
import TrustDialog from '../../renderer/src/components/project/TrustDialog.vue'
import ProjectGroup from '../../renderer/src/components/sources/ProjectGroup.vue'
import { groupSources } from '../../renderer/src/components/sources/source-groups.ts'
import { spellValue } from '../../renderer/src/format/project-value.ts'
import { useOpenSource } from '../../renderer/src/composables/use-open-source.ts'
import { CLIENT } from '../../renderer/src/rpc/client.ts'
import { usePlaceState } from '../../renderer/src/state/use-place-state.ts'
import { useProjectsState } from '../../renderer/src/state/use-projects-state.ts'
import { createWords } from '../../renderer/src/words.ts'
import ProjectView from '../../renderer/src/views/ProjectView.vue'
import { CoatcheckError, serializeError } from '../../shared/errors.ts'
import { reason, verbatim } from '../../shared/words/reason.ts'
import { NO_SUCH_SETTING } from '../../shared/model/project.ts'
import { source } from './fixtures.ts'
import { fakeClient, flushPromises, mountApp, withSetup } from './mount-app.ts'
import { FOLDER, LOCMEM, REDIS, finding, projectSource, report, setting, settings, store } from './project-report.ts'

const NOT_COUNTED = { phase: 'ask', places: ['postgresql://ana@db.example/shop'], count: 0, failure: null }

let wrapper: VueWrapper | null = null
afterEach(() => {
  wrapper?.unmount()
  wrapper = null
})

const show = (component: Parameters<typeof mountApp>[0], props: Record<string, unknown>, client = fakeClient({})): VueWrapper => (wrapper = mountApp(component, { props, attach: true, client }))
const button = (name: string | RegExp) => {
  const found = wrapper?.findAll('button').find((one) => (one.attributes('aria-label') ?? one.text().replace(/\s+/g, ' ').trim()).match(name) !== null)
  if (found === undefined) throw new Error(`no button ${String(name)}`)
  return found
}

describe('a project in the list of sources', () => {
  const group = (changes: Record<string, unknown> = {}) => show(ProjectGroup, { folder: FOLDER, sources: [projectSource()], report: report(), currentId: 's1', sourcePage: 'sessions', page: null, lostIds: new Set(), counts: new Map([['s1', 1288]]), expired: new Map(), ...changes })

  test('has a line for each store, with its count or its state, and marks the one in use', () => {
    group()
    const lines = wrapper?.findAll('.source-item').map((line) => line.text().replace(/\s+/g, ' ')) ?? []
    expect(lines).toEqual(['Database, in use1,288', 'Cache “default”unused', 'Cache “fast”unused', 'Doctor 1one finding', 'Clean up', 'Summary', 'Project settings'])
    expect(wrapper?.findAll('[aria-current="page"]')).toHaveLength(1)
  })

  test('beside cleaning up stands how many have expired, once that was counted, in words that are read out with it', () => {
    group({ expired: new Map([['s1', 312]]) })
    expect(button(/^Clean up/).text().replace(/\s+/g, ' ')).toMatch(/^Clean up ?312 expired$/)
    wrapper?.unmount()
    group({ expired: new Map([['s1', 0], ['other', 5]]) })
    expect(button(/^Clean up/).text()).toBe('Clean up')
  })

  test('goes to an open store, opens one on disk, shows first where one on a server is, and leads to the reason where one cannot be opened', async () => {
    const files = store({ id: 'file', kind: 'file', active: false, url: 'file:///code/corner-shop/sessions?cookie_name=sessionid' })
    group({ report: { ...report(), stores: [store(), LOCMEM, REDIS, files] } })
    await button(/^Database/).trigger('click')
    await button(/^Files/).trigger('click')
    await button(/fast/).trigger('click')
    await button(/default/).trigger('click')
    await button(/^Doctor/).trigger('click')
    await button(/^Summary/).trigger('click')
    expect(wrapper?.emitted('go')).toEqual([['s1', 'sessions'], ['s1', 'summary']])
    expect(wrapper?.emitted('openStore')).toEqual([[files]])
    expect(wrapper?.emitted('page')).toEqual([['stores'], ['stores'], ['doctor']])
  })

  test('a project of which no store is open says so, and has no environment yet', () => {
    group({ sources: [], currentId: null })
    expect(wrapper?.text()).toContain('closed')
    expect(wrapper?.find('.environment-tag').exists()).toBe(false)
  })

  test('a cached_db that nobody uses is left out while its cache cannot be opened', () => {
    const pair = store({ id: 'cached_db', kind: 'cached_db', url: null, active: false, parts: ['db', 'cache:default'] })
    group({ report: report({ stores: [store(), LOCMEM, pair] }) })
    expect(wrapper?.text()).not.toContain('Cached database')
    group({ report: report({ stores: [store(), LOCMEM, { ...pair, active: true }] }) })
    expect(wrapper?.text()).toContain('Cached database')
  })

  test('a store in use that cannot be opened is marked, and leads to the reason', async () => {
    group({ sources: [], currentId: null, report: report({ stores: [{ ...LOCMEM, active: true }] }) })
    expect(wrapper?.get('.source-item [aria-label]').attributes('aria-label')).toBe('not openable')
    await button(/default/).trigger('click')
    expect(wrapper?.emitted('page')).toEqual([['stores']])
  })

  test('stores of one project stand together, others alone, kept projects last', () => {
    const [first, other, second] = [projectSource(), source({ id: 's2' }), projectSource({ id: 's3' })]
    expect(groupSources([first, other, second], [FOLDER, '/code/blog'])).toEqual([
      { kind: 'project', folder: FOLDER, sources: [first, second] }, { kind: 'source', source: other }, { kind: 'project', folder: '/code/blog', sources: [] },
    ])
  })
})

describe('opening a folder', () => {
  const open = async (error: CoatcheckError, knowsProject = true) => {
    const client = fakeClient({
      'files.list': () => ({}), 'sources.open': () => Promise.reject(error),
      'projects.read': () => (knowsProject ? report() : Promise.reject(new CoatcheckError('STORE_NOT_FOUND', verbatim('none')))),
    })
    const { result } = withSetup(() => ({ opener: useOpenSource(), place: usePlaceState() }), client)
    expect(await result.opener.openPath(FOLDER)).toBeNull()
    return result
  }

  test('whose sessions are on a server shows the project first: where they are, and no failure', async () => {
    const { opener, place } = await open(new CoatcheckError('CONFIRMATION_REQUIRED', verbatim('The sessions of this project are on db:5432.')))
    expect(place.place).toEqual({ kind: 'project', folder: FOLDER, page: 'stores', failure: null })
    expect(opener.failure.value).toBeNull()
  })

  test('whose store does not open shows the project, with the reason', async () => {
    const { place } = await open(new CoatcheckError('STORE_UNSUPPORTED', verbatim('This store cannot be opened from outside.')))
    expect(place.place).toMatchObject({ kind: 'project', failure: { code: 'STORE_UNSUPPORTED' } })
  })

  test('that is no project fails as it did', async () => {
    const { opener, place } = await open(new CoatcheckError('STORE_NOT_FOUND', verbatim('No database was found.')), false)
    expect(opener.failure.value?.code).toBe('STORE_NOT_FOUND')
    expect(place.place).toEqual({ kind: 'welcome' })
  })
})

describe('the stores of a project', () => {
  test('each says where it is before it can be opened, and why it cannot', async () => {
    show(ProjectStores, { report: report(), sources: [], opening: null })
    const [first, second, third] = wrapper?.findAll('.store') ?? []
    expect(first?.text()).toContain('sqlite:///code/corner-shop/db.sqlite3')
    expect(second?.find('button').exists()).toBe(false)
    expect(second?.text()).toContain('in the memory of each Django process')
    expect(third?.text()).toContain('Its password is kept in the core')
    await button('Open Cache “fast”').trigger('click')
    expect(wrapper?.emitted('open')).toEqual([[REDIS]])
  })

  test('claims no use where the engine is not known', () => {
    const custom = store({ id: 'custom', kind: 'custom', engine: '', url: null, status: 'unknown', detail: verbatim('computed by choose()') })
    show(ProjectStores, { report: report({ stores: [store({ active: false }), custom] }), sources: [], opening: null })
    expect(wrapper?.text()).toContain('Which engine Django uses is not known.')
    expect(wrapper?.text()).not.toContain('Django keeps')
  })

  test('says so where there is none', () => {
    show(ProjectStores, { report: report({ stores: [] }), sources: [], opening: null })
    expect(wrapper?.text()).toContain('No store was found')
  })
})

describe('the settings of a project', () => {
  const page = (changes: Parameters<typeof settings>[0], others: Parameters<typeof report>[0] = {}) => {
    const base = report(others)
    return show(ProjectSettings, { report: { ...base, reading: { ...base.reading, settings: settings(changes) } } })
  }
  const row = (name: string): string => wrapper?.findAll('.settings-table tbody tr').find((one) => one.get('th').text() === name)?.text().replace(/\s+/g, ' ') ?? ''

  test('each has its value and its origin; a secret is never shown', () => {
    page({ SESSION_COOKIE_AGE: setting(3600, { origin: { kind: 'file', file: 'shop/settings.py', line: 12 } }), DEBUG: setting(true, { origin: { kind: 'environment', name: 'DEBUG' }, environment: ['DEBUG'] }) })
    expect(row('SESSION_COOKIE_AGE')).toBe('SESSION_COOKIE_AGE3600shop/settings.py:12')
    expect(row('SECRET_KEY')).toBe('SECRET_KEYkept in the core.env SECRET')
    expect(row('DEBUG')).toContain('while DEBUG is as it is now')
    expect(row('USE_TZ')).toBe('USE_TZNoneDjango default')
  })

  test('what is not known says why, conditions name their values, and a setting that Django lacks is no unknown', () => {
    page({
      CACHES: setting({ $unknown: 'computed by make_caches()' }), SECRET_KEY_FALLBACKS: setting({ $unknown: NO_SUCH_SETTING }),
      SESSION_COOKIE_SECURE: setting({ $unknown: 'it depends on: DEBUG' }, { conditional: [{ when: 'not (DEBUG)', value: true, origin: { kind: 'file', file: 'base.py', line: 3 } }] }),
    })
    expect(row('CACHES')).toContain('Not known: computed by make_caches()')
    expect(row('SECRET_KEY_FALLBACKS')).toContain('no such setting')
    expect(row('SESSION_COOKIE_SECURE')).toContain('True when not (DEBUG), base.py:3')
  })

  test('the search looks at names, values and files', async () => {
    page({ SESSION_COOKIE_NAME: setting('shop_session', { origin: { kind: 'file', file: 'shop/settings.py', line: 9 } }) })
    const names = () => wrapper?.findAll('.settings-table tbody th').map((one) => one.text())
    await wrapper?.get('input').setValue('shop_session')
    expect(names()).toEqual(['SESSION_COOKIE_NAME'])
    await wrapper?.get('input').setValue('settings.py:9')
    expect(names()).toEqual(['SESSION_COOKIE_NAME'])
    await wrapper?.get('input').setValue('nothing like it')
    expect(wrapper?.text()).toContain('No setting has these words')
  })

  test('what the files alone told otherwise stands under the value that Python said, beside the line that sets it', () => {
    const origin = { kind: 'file', file: 'shop/settings.py', line: 31 } as const
    page({ CACHES: setting({ default: 'x' }, { origin }), SESSION_COOKIE_AGE: setting(60, { origin: { ...origin, line: 12 } }) }, { differences: [{ name: 'CACHES', kind: 'other-value', static: { default: 'y' }, trusted: { default: 'x' } }] })
    expect(row('CACHES')).toBe('CACHES{"default": "x"}The files alone told: {"default": "y"}shop/settings.py:31')
    expect(row('SESSION_COOKIE_AGE')).toBe('SESSION_COOKIE_AGE60shop/settings.py:12')
  })

  test('differences between reading and asking are listed', () => {
    page({}, { reading: { ...report().reading, how: 'trusted' }, differences: [{ name: 'CACHES', kind: 'now-known', static: { $unknown: 'computed' }, trusted: { default: { BACKEND: 'x' } } }] })
    expect(wrapper?.get('.differences').text()).toContain('now known')
    expect(wrapper?.get('.differences').text()).toContain('"BACKEND": "x"')
  })

  test('values are spelt as Python has them, secrets and unknowns by words', () => {
    const spell = (value: Parameters<typeof spellValue>[0]) => spellValue(value, { kept: 'kept', unknown: 'unknown' })
    expect([null, true, 'a"b', { $int: '9007199254740993' }, { $timedelta: 60 }, [], {}].map(spell)).toEqual(['None', 'True', '"a\\"b"', '9007199254740993', 'timedelta(seconds=60)', '[]', '{}'])
    expect(spell({ default: { PASSWORD: { $secret: 'DATABASES.default.PASSWORD' }, HOST: { $unknown: 'computed' } } })).toBe('{"default": {"PASSWORD": ‹kept›, "HOST": ‹unknown›}}')
    expect(spell({ default: { NAME: '/a/long/path/that/needs/its/own/line/in/the/table/of/settings/db.sqlite3' } })).toContain('\n        "NAME"')
  })
})

describe('the doctor', () => {
  test('tells findings worst first, each with the line to paste', async () => {
    const writeText = vi.fn(async () => undefined)
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true })
    show(DoctorFindings, { findings: [finding({ severity: 'error', title: 'Sessions are lost' }), finding()] })
    expect(wrapper?.findAll('h3').map((one) => one.text())).toEqual(['serious: Sessions are lost security.W012', 'warning: The session cookie goes over plain HTTP security.W012'])
    await button('Copy the line for: Sessions are lost').trigger('click')
    expect(writeText).toHaveBeenCalledWith('SESSION_COOKIE_SECURE = True')
    expect(wrapper?.text()).toContain('Copied')
  })

  test('counts by severity, and says what it does not judge', () => {
    const base = report()
    show(ProjectDoctor, { report: { ...base, reading: { ...base.reading, settings: settings({ CACHES: setting({ $unknown: 'computed' }) }) } }, findings: [finding({ severity: 'error' }), finding(), finding({ severity: 'info' })], rows: NOT_COUNTED })
    expect(wrapper?.get('.sum').text()).toBe('3 findings')
    expect(wrapper?.text()).toContain('1 serious, one warning, 1 good to know')
    expect(wrapper?.text()).toContain('One setting is not known, and is not judged.')
  })

  test('expired rows are counted when people ask, and they see first where', async () => {
    const shown = show(ProjectDoctor, { report: report(), findings: [], rows: NOT_COUNTED })
    expect(wrapper?.text()).toContain('postgresql://ana@db.example/shop')
    await button('Count expired rows').trigger('click')
    expect(shown.findComponent(ProjectDoctor).emitted('count')).toHaveLength(1)
    await shown.findComponent(ProjectDoctor).vm.$nextTick()
    show(ProjectDoctor, { report: report(), findings: [], rows: { ...NOT_COUNTED, phase: 'counted', count: 312 } })
    expect(wrapper?.text()).toContain('312 expired rows are in the table.')
  })

  test('a clash with another open project counts with the rest, and only while both are there', async () => {
    const clash = finding({ id: 'coatcheck.name-clash', title: 'blog and corner-shop share the cookie “sessionid”' })
    const base = report({ findings: [finding({ severity: 'info' })] })
    const of = (folder: string, name: string) => ({ ...base, project: { ...base.project, folder, name }, reading: { ...base.reading, settings: settings({ SESSION_COOKIE_NAME: setting('sessionid') }) } })
    const client = fakeClient({ 'projects.clashes': () => [clash] })
    const { result: projects } = withSetup(useProjectsState, client)
    projects.adopt(of(FOLDER, 'corner-shop'))
    await projects.compare([FOLDER])
    expect(client.calls).toEqual([])
    projects.adopt(of('/code/blog', 'blog'))
    await projects.compare([FOLDER, '/code/blog'])
    expect(client.calls[0]?.input).toEqual({ project: { name: 'corner-shop', cookieName: 'sessionid' }, others: [{ name: 'blog', cookieName: 'sessionid' }] })
    expect(projects.findingsOf(FOLDER).map(({ severity }) => severity)).toEqual(['warning', 'info'])
    await projects.compare([FOLDER])
    expect(projects.findingsOf(FOLDER)).toHaveLength(1)
  })

  test('an empty list is a clean bill, of what could be checked', () => {
    show(ProjectDoctor, { report: report(), findings: [], rows: NOT_COUNTED })
    expect(wrapper?.text()).toContain('The doctor found nothing to say')
  })
})

describe('trust', () => {
  test('the dialog names the exact command, and nothing runs unless it is chosen', async () => {
    show(TrustDialog, { open: true, report: report(), busy: false, failure: null })
    await flushPromises()
    const { textContent } = document.body
    expect(textContent).toContain(`cd ${FOLDER} && DJANGO_SETTINGS_MODULE=shop.settings ${FOLDER}/.venv/bin/python -B -`)
    expect(textContent).toContain('Django 5.2.1 is installed in it.')
    expect(document.activeElement?.textContent).toContain('Keep reading only')
    expect(wrapper?.emitted('submit')).toBeUndefined()
  })

  test('another of the found interpreters, or a path, and another settings module change the command', async () => {
    const base = report()
    const pythons = [...base.project.pythons, { path: '/envs/shop/bin/python', kind: 'conda' as const, version: null, djangoVersion: null }]
    const modules = [...base.project.settings, { module: 'shop.production', file: 'shop/production.py', namedBy: [] }]
    const shown = show(TrustDialog, { open: true, report: { ...base, project: { ...base.project, pythons, settings: modules } }, busy: false, failure: null })
    await flushPromises()
    const [python, module] = [...document.body.querySelectorAll('select')]
    const choose = async (list: HTMLSelectElement | undefined, value: string): Promise<void> => {
      if (list === undefined) throw new Error('no list')
      list.value = value
      list.dispatchEvent(new Event('change'))
      await flushPromises()
    }
    await choose(python, '/envs/shop/bin/python')
    await choose(module, 'shop.production')
    expect(document.body.textContent).toContain(`cd ${FOLDER} && DJANGO_SETTINGS_MODULE=shop.production /envs/shop/bin/python -B -`)
    await choose(python, 'other')
    const field = document.body.querySelector<HTMLInputElement>('input')
    if (field === null) throw new Error('no field')
    field.value = '/opt/python'
    field.dispatchEvent(new Event('input'))
    await flushPromises()
    const submit = [...document.body.querySelectorAll('button')].find((one) => one.textContent.includes('Trust and run'))
    submit?.click()
    await flushPromises()
    expect(shown.emitted('submit')).toEqual([[{ python: '/opt/python', module: 'shop.production' }]])
  })

  test('a Python of the machine is told apart', async () => {
    const base = report()
    show(TrustDialog, { open: true, report: { ...base, project: { ...base.project, pythons: base.project.pythons.map((python) => ({ ...python, kind: 'system' })) } }, busy: false, failure: null })
    await flushPromises()
    expect(document.body.textContent).toContain('This is the machine’s own Python.')
  })
})

describe('the page of a project', () => {
  const open = async (answer: () => unknown, changes: Record<string, unknown> = {}) => {
    const client = fakeClient({ 'projects.read': answer })
    wrapper = mount(ProjectView, { props: { folder: FOLDER, page: 'doctor', openFailure: null, ...changes }, attachTo: document.body, global: { plugins: [createWords(), createPinia()], provide: { [CLIENT as symbol]: client } } }) as VueWrapper
    await flushPromises()
    return client
  }

  test('waits, then shows what is known, and that nothing was run', async () => {
    await open(() => new Promise(() => undefined))
    expect(wrapper?.get('[role="status"]').text()).toBe('Reading the project')
    wrapper?.unmount()
    await open(() => report())
    expect(wrapper?.text()).toContain('Read without running it')
    expect(wrapper?.text()).toContain('SESSION_COOKIE_SECURE = True')
  })

  test('a failure can be tried again', async () => {
    let isThere = false
    const client = await open(() => (isThere ? report() : Promise.reject(new CoatcheckError('STORE_NOT_FOUND', verbatim('No Django project was found here.')))))
    expect(wrapper?.get('[role="alert"]').text()).toContain('No Django project was found here.')
    isThere = true
    await button('Try again').trigger('click')
    await flushPromises()
    expect(client.calls.map(({ name }) => name)).toEqual(['projects.read', 'projects.read'])
    expect(wrapper?.text()).toContain('corner-shop')
  })

  test('its own Python’s failure is told in one line, with all that it printed behind it; what was read still shows', async () => {
    const base = report()
    await open(() => ({ ...base, trust: base.trust === null ? null : { ...base.trust, isGranted: true }, trustFailure: serializeError(new CoatcheckError('REQUEST_INVALID', reason('project.djangoFailed', { error: 'ModuleNotFoundError', output: '\nTraceback (most recent call last):' }), { hint: 'next.managePyCheck' })) }))
    expect(wrapper?.get('[role="alert"]').text()).toContain('Django could not read the settings: ModuleNotFoundError')
    expect(wrapper?.get('details pre').text()).toBe('Traceback (most recent call last):')
    expect(button('Take trust back').exists()).toBe(true)
    expect(wrapper?.text()).toContain('SESSION_COOKIE_SECURE = True')
  })

  test('a store that did not open says why above the stores', async () => {
    await open(() => report(), { page: 'stores', openFailure: new CoatcheckError('STORE_NOT_FOUND', verbatim('db.sqlite3 is not there.'), { hint: verbatim('Run migrate.') }) })
    expect(wrapper?.text()).toContain('The store did not open. What is known of the project is here. db.sqlite3 is not there. Run migrate.')
  })
})
