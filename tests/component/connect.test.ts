import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, test } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import TestReport from '../../renderer/src/components/connect/TestReport.vue'
import { groupSaved } from '../../renderer/src/components/sources/saved-groups.ts'
import SavedList from '../../renderer/src/components/sources/SavedList.vue'
import UnlockDialog from '../../renderer/src/components/sources/UnlockDialog.vue'
import { useDialogState } from '../../renderer/src/state/use-dialog-state.ts'
import ConnectionDialogs from '../../renderer/src/views/ConnectionDialogs.vue'
import { CoatcheckError, serializeError } from '../../shared/errors.ts'
import type { ConnectionReport, SavedConnection } from '../../shared/model/connection.ts'
import { CONNECTION_FIELDS, CONNECTION_VARIANTS } from '../../shared/connection-kinds.ts'
import { en } from '../../shared/words/en.ts'
import { reason } from '../../shared/words/reason.ts'
import { source } from './fixtures.ts'
import { fakeClient, flushPromises, mountApp } from './mount-app.ts'

let wrapper: VueWrapper | null = null
afterEach(() => {
  wrapper?.unmount()
  wrapper = null
})

const words = en.connections
const saved = (name: string, changes: Partial<SavedConnection> = {}): SavedConnection => ({
  id: name, name, group: '', color: 'none', environment: 'local', target: { kind: 'url', url: `postgresql://ana@localhost/${name}` }, clock: null, location: `ana@localhost:5432/${name}`, keeps: { password: false, ssh: false }, ...changes,
})

test('every kind, field, choice and step has its word', () => {
  for (const variant of CONNECTION_VARIANTS) expect([words.kind[variant.kind], words.variant[variant.id]]).not.toContain(undefined)
  for (const [id, { choices = [] }] of Object.entries(CONNECTION_FIELDS)) {
    expect(words.field).toHaveProperty(id)
    for (const choice of choices) expect(Object.keys(words.choice)).toContain(choice === '' ? 'usual' : choice)
  }
})

test('saved connections are found by name, place, group and label, under their headings', () => {
  const all = [saved('shop', { group: 'Corner' }), saved('ledger'), saved('orders', { group: 'Corner', environment: 'production' })]
  expect(groupSaved(all, '').map(({ name, connections }) => [name, connections.length])).toEqual([['', 1], ['Corner', 2]])
  expect(groupSaved(all, 'corner prod').flatMap(({ connections }) => connections.map(({ name }) => name))).toEqual(['orders'])
  expect(groupSaved(all, 'ana@localhost ledger')).toHaveLength(1)
  expect(groupSaved(all, 'nothing')).toEqual([])
})

test('the list opens one, and offers its actions under a name of their own', async () => {
  wrapper = mountApp(SavedList, { attach: true, props: { saved: [saved('shop', { environment: 'production', color: 'red' })], opening: null } })
  await wrapper.get(`[aria-label="${words.openSaved.replace('{name}', 'shop')}"]`).trigger('click')
  expect(wrapper.emitted('open')).toHaveLength(1)
  expect(wrapper.text()).toContain(en.sources.environment.production)
  expect(wrapper.find(`[aria-label="${words.actionsOf.replace('{name}', 'shop')}"]`).exists()).toBe(true)
})

const report = (changes: Partial<ConnectionReport> = {}): ConnectionReport => ({
  steps: [{ id: 'name', state: 'ok', detail: '10.0.0.4', ms: 2 }, { id: 'sign-in', state: 'failed', detail: null, ms: null }, { id: 'sessions', state: 'skipped', detail: null, ms: null }],
  error: serializeError(new CoatcheckError('CONNECT_AUTH', 'reach.refusedUser')), elapsedMs: 12, ...changes,
})

describe('the report of a test', () => {
  test('says in words, not by colour, which step failed and which were not reached', () => {
    wrapper = mountApp(TestReport, { props: { report: report(), failure: null, busy: false, isFile: false } })
    expect(wrapper.findAll('li').map((item) => item.text())).toEqual([
      expect.stringMatching(/resolves, passed.*10\.0\.0\.4.*2 ms/), expect.stringMatching(/Signed in, failed/), expect.stringMatching(/not reached/),
    ])
    expect(wrapper.get('[role="alert"]').text()).toContain(en.errors.CONNECT_AUTH)
  })

  test('a new SSH host key is trusted by the fingerprint that is shown, and no other', async () => {
    wrapper = mountApp(TestReport, { props: { report: report({ error: serializeError(new CoatcheckError('SSH_HOST_UNKNOWN', reason('ssh.hostUnknown', { type: 'ssh-ed25519', fingerprint: 'SHA256:abc' }), { subject: 'ana@bastion:22 SHA256:abc' })) }), failure: null, busy: false, isFile: false } })
    await wrapper.findAll('button').find((button) => button.text() === words.trustKey)?.trigger('click')
    expect(wrapper.emitted('trust')).toEqual([['SHA256:abc']])
  })
})

test('a source is unlocked by its exact name only', async () => {
  wrapper = mountApp(UnlockDialog, { attach: true, props: { open: true, source: source({ name: 'orders', environment: 'production', lock: 'locked' }), busy: false, failure: null } })
  await flushPromises()
  const [input, form] = [document.body.querySelector<HTMLInputElement>('#unlock-form input'), document.body.querySelector<HTMLFormElement>('#unlock-form')]
  for (const text of ['', 'order', 'Orders', 'orders ', 'orders']) {
    if (input !== null) input.value = text
    input?.dispatchEvent(new Event('input'))
    await nextTick()
    form?.dispatchEvent(new Event('submit', { cancelable: true }))
  }
  expect(wrapper.emitted('submit')).toEqual([['orders']])
})

describe('the connection dialog', () => {
  const field = <T extends HTMLElement = HTMLInputElement>(label: string): T => {
    const found = [...document.body.querySelectorAll('label')].find((one) => one.textContent === label)
    const element = found === undefined ? null : document.getElementById(found.htmlFor)
    if (element === null) throw new Error(`no field ${label}`)
    return element as T
  }
  const type = async (label: string, text: string): Promise<void> => {
    const input = field(label)
    input.value = text
    input.dispatchEvent(new Event('input'))
    await nextTick()
  }
  const press = async (label: string): Promise<void> => {
    const button = [...document.body.querySelectorAll('button')].find((one) => one.textContent?.trim() === label)
    if (button === undefined) throw new Error(`no button ${label}`)
    if (button.type === 'submit') document.body.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    else button.click()
    await flushPromises()
  }

  async function open(list: readonly SavedConnection[] = [], request: { readonly id?: string } = {}) {
    const opened = source({ id: 's9', name: 'shop' })
    const client = fakeClient({
      'connections.list': () => ({ connections: list, vault: { kind: 'memory', why: 'unprotected', locked: false } }),
      'connections.test': () => report({ error: null }),
      'connections.save': (input: { connection: SavedConnection }) => ({ ...saved('shop'), ...input.connection }),
      'connections.open': () => opened,
      'vault.unlock': () => ({ kind: 'passphrase', locked: false }),
      'sources.list': () => ({ open: [opened], recent: [] }),
    })
    let dialog: ReturnType<typeof useDialogState> | null = null
    wrapper = mountApp(defineComponent({
      setup() {
        dialog = useDialogState()
        return () => h(ConnectionDialogs)
      },
    }), { attach: true, client })
    const state = dialog as unknown as ReturnType<typeof useDialogState>
    state.askConnection()
    await flushPromises()
    if (request.id !== undefined) {
      state.askConnection(request)
      await flushPromises()
    }
    return { client, state }
  }

  test('a URL fills the fields, fields write the URL, and a password is in neither the URL nor the target', async () => {
    const { client } = await open()
    await type(words.url, 'mysql://ana:hunter2@db.staging.example.org:3307/shop?table=user_sessions')
    expect([field(words.field.host).value, field(words.field.port).value, field(words.field.password).value, field(words.field.table).value]).toEqual(['db.staging.example.org', '3307', 'hunter2', 'user_sessions'])
    await type(words.field.host, 'db2.staging.example.org')
    expect(field(words.url).value).toBe('mysql://ana@db2.staging.example.org:3307/shop?table=user_sessions')
    expect(document.body.textContent).toContain(words.guessed.replace('{word}', 'staging'))
    expect(document.body.textContent).toContain(words.saveOpenReadOnly)
    await press(words.test)
    expect(client.calls.find(({ name }) => name === 'connections.test')?.input).toEqual({ target: { kind: 'url', url: 'mysql://ana@db2.staging.example.org:3307/shop?table=user_sessions' }, password: 'hunter2' })
    await press(words.saveOpenReadOnly)
    expect(client.calls.find(({ name }) => name === 'connections.save')?.input).toMatchObject({ id: null, password: 'hunter2', keepSecrets: true, connection: { name: 'shop', environment: 'staging', target: { url: 'mysql://ana@db2.staging.example.org:3307/shop?table=user_sessions' } } })
  })

  test('what is needed is asked for before anything is sent', async () => {
    const { client } = await open()
    await press(words.test)
    expect(client.calls.map(({ name }) => name)).not.toContain('connections.test')
    expect(document.body.textContent).toContain(words.needed.replace('{names}', words.field.database))
  })

  test('says honestly that this keychain protects nothing', async () => {
    await open()
    expect(document.body.textContent).toContain(words.keepWhy.unprotected)
  })

  test('a passphrase encrypts what is kept, and a short one is not sent', async () => {
    const { client } = await open()
    await press(words.vault.make)
    await type(words.vault.passphrase, 'short')
    await press(words.vault.submit)
    expect(client.calls.map(({ name }) => name)).not.toContain('vault.unlock')
    await type(words.vault.passphrase, 'correct horse battery')
    await press(words.vault.submit)
    expect(client.calls.find(({ name }) => name === 'vault.unlock')?.input).toEqual({ passphrase: 'correct horse battery' })
  })

  test('a saved one comes back with its SSH server, and without any secret', async () => {
    const { state } = await open([saved('shop', { target: { kind: 'url', url: 'postgresql://ana@db/shop', ssh: { host: 'bastion', port: 2222, user: null, keyFile: '/k', auth: 'key' } }, keeps: { password: true, ssh: false } })], { id: 'shop' })
    expect([field(words.ssh.host).value, field(words.ssh.port).value, field(words.ssh.keyFile).value, field(words.field.password).value]).toEqual(['bastion', '2222', '/k', ''])
    expect(field(words.field.password).placeholder).toBe(words.passwordKept)
    state.close()
    await flushPromises()
    state.askConnection()
    await flushPromises()
    expect(field(words.field.database).value).toBe('')
  })

  const sent = (client: { readonly calls: readonly { readonly name: string; readonly input: unknown }[] }): unknown => client.calls.findLast(({ name }) => name === 'connections.test')?.input
  const tick = async (root: Element, label: string, to = true): Promise<void> => {
    const box = [...root.querySelectorAll('label')].find((one) => one.textContent?.trim() === label)?.querySelector('input')
    if (box === null || box === undefined) throw new Error(`no box ${label}`)
    box.checked = to
    box.dispatchEvent(new Event('change'))
    await nextTick()
  }
  const typeIn = async (root: Element, entered: Readonly<Record<string, string>>): Promise<void> => {
    for (const [label, text] of Object.entries(entered)) {
      const found = [...root.querySelectorAll('label')].find((one) => one.textContent === label)
      const input = found === undefined ? null : document.getElementById(found.htmlFor)
      if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement)) throw new Error(`no field ${label}`)
      input.value = text
      input.dispatchEvent(new Event(input instanceof HTMLSelectElement ? 'change' : 'input'))
      await nextTick()
    }
  }

  test.each(['redis+cluster', 'rediss+cluster'])('of %s:// reading from replicas is chosen behind "More", and goes into the URL', async (scheme) => {
    const { client } = await open()
    await type(words.url, `${scheme}://10.0.0.1:7000,10.0.0.2:7000`)
    expect(document.body.textContent).not.toContain(words.field.replicas)
    await press(words.more)
    await typeIn(document.body, { [words.field.replicas]: '1' })
    expect(field(words.url).value).toBe(`${scheme}://10.0.0.1:7000,10.0.0.2:7000?read_from_replicas=1`)
    await press(words.test)
    expect(sent(client)).toEqual({ target: { kind: 'url', url: `${scheme}://10.0.0.1:7000,10.0.0.2:7000?read_from_replicas=1` } })
    await typeIn(document.body, { [words.field.replicas]: '' })
    expect(field(words.url).value).toBe(`${scheme}://10.0.0.1:7000,10.0.0.2:7000`)
  })

  test('of a pair each half goes its own way through SSH, with its own secret, and one that is off is not sent', async () => {
    const { client } = await open()
    await type(words.url, 'postgresql://ana@db/shop')
    await tick(document.body, words.cache.use)
    const [form, cache] = [document.body.querySelector('form'), document.body.querySelector(`section[aria-label="${words.cache.heading}"]`)]
    if (form === null || cache === null) throw new Error('no halves')
    await typeIn(cache, { [words.url]: 'redis://cache:6379/1' })
    await tick(cache, words.ssh.use)
    await typeIn(cache, { [words.ssh.host]: 'cache-bastion', [words.ssh.port]: '2222', [words.ssh.user]: 'ben', [words.ssh.auth]: 'password', [words.ssh.secret]: 'of-the-cache' })
    await press(words.test)
    const target = { kind: 'pair', row: 'postgresql://ana@db/shop', cache: 'redis://cache:6379/1' }
    const cacheSsh = { host: 'cache-bastion', port: 2222, user: 'ben', keyFile: null, auth: 'password' }
    expect(sent(client)).toEqual({ target: { ...target, cacheSsh }, cacheSshSecret: 'of-the-cache' })

    await tick(form, words.ssh.use)
    await typeIn(form, { [words.ssh.host]: 'bastion', [words.ssh.keyFile]: '/home/ana/.ssh/id', [words.ssh.passphrase]: 'of-the-rows' })
    await press(words.test)
    const ssh = { host: 'bastion', port: null, user: null, keyFile: '/home/ana/.ssh/id', auth: 'key' }
    expect(sent(client)).toEqual({ target: { ...target, ssh, cacheSsh }, sshSecret: 'of-the-rows', cacheSshSecret: 'of-the-cache' })

    await tick(cache, words.ssh.use, false)
    await press(words.test)
    expect(sent(client)).toEqual({ target: { ...target, ssh }, sshSecret: 'of-the-rows' })
  })
})
