import type { DoctorFinding, ProjectReport, ProjectSetting, ProjectSettings, ProjectStore, ProjectValue, SettingName } from '../../shared/model/project.ts'
import { SETTING_NAMES } from '../../shared/model/project.ts'
import type { Source } from '../../shared/model/source.ts'
import { source } from './fixtures.ts'

export const FOLDER = '/code/corner-shop'

export function setting(value: ProjectValue, changes: Partial<ProjectSetting> = {}): ProjectSetting {
  return { value, origin: { kind: 'django' }, conditional: [], environment: [], ...changes }
}

export function store(changes: Partial<ProjectStore> = {}): ProjectStore {
  return { id: 'db', kind: 'db', engine: 'django.contrib.sessions.backends.db', url: 'sqlite:///code/corner-shop/db.sqlite3?table=django_session', secret: null, active: true, status: 'ready', detail: null, parts: [], ...changes }
}

export const LOCMEM = store({ id: 'cache:default', kind: 'cache', active: false, url: null, status: 'unreachable-kind', detail: { id: 'project.stores.localMemory', params: {} } })
export const REDIS = store({ id: 'cache:fast', kind: 'cache', active: false, url: 'redis://10.0.0.7:6379/3', secret: 'CACHES.fast.PASSWORD' })

export function finding(changes: Partial<DoctorFinding> = {}): DoctorFinding {
  return { id: 'security.W012', severity: 'warning', title: 'The session cookie goes over plain HTTP', why: 'SESSION_COOKIE_SECURE is not True.', fix: 'SESSION_COOKIE_SECURE = True', settings: ['SESSION_COOKIE_SECURE'], ...changes }
}

export function settings(changes: Partial<Record<SettingName, ProjectSetting>> = {}): ProjectSettings {
  return { ...(Object.fromEntries(SETTING_NAMES.map((name) => [name, setting(null)])) as Record<SettingName, ProjectSetting>), SECRET_KEY: setting({ $secret: 'SECRET_KEY' }, { origin: { kind: 'env-file', file: '.env', name: 'SECRET' } }), ...changes }
}

export function report(changes: Partial<ProjectReport> = {}): ProjectReport {
  return {
    project: { folder: FOLDER, name: 'corner-shop', settings: [{ module: 'shop.settings', file: 'shop/settings.py', namedBy: ['manage.py'] }], pythons: [{ path: `${FOLDER}/.venv/bin/python`, kind: 'venv', version: '3.12.1', djangoVersion: '5.2.1' }], envFiles: [], compose: [] },
    module: 'shop.settings', reading: { module: 'shop.settings', how: 'static', settings: settings(), problems: [], djangoVersion: '5.2.1' }, stores: [store(), LOCMEM, REDIS], differences: [], findings: [finding()], facts: null, usedEnvFile: false,
    trust: { folder: FOLDER, python: `${FOLDER}/.venv/bin/python`, module: 'shop.settings', command: `cd ${FOLDER} && DJANGO_SETTINGS_MODULE=shop.settings ${FOLDER}/.venv/bin/python -B -`, isGranted: false, lapse: null },
    trustFailure: null, ...changes,
  }
}

/** A store of the project, open. */
export function projectSource(changes: Partial<Source> = {}): Source {
  return source({ project: { folder: FOLDER, module: 'shop.settings', how: 'static', storeId: 'db', stores: [store(), LOCMEM, REDIS] }, ...changes })
}
