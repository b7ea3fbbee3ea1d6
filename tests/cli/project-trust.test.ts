import { appendFileSync, cpSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { createCliWorld } from '../support/cli.ts'
import { currentDjango } from '../support/django.ts'
import { sampleNamed } from '../support/project-samples.ts'

/** What was trusted in the window holds for the command line, until a file that reading the settings follows has changed. */
const django = currentDjango()

test.skipIf(django === null)('split settings: a change of base.py ends trust, and both faces say so (skipped without Django)', { timeout: 60_000 }, async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coatcheck-trusting-')))
  cpSync(sampleNamed('split-settings').folder, folder, { recursive: true })
  const world = await createCliWorld()
  await using app = await startApp({ dataFolder: world.dataFolder })
  const report = await app.client.call('projects.trust', { folder, python: django?.path ?? '', module: 'config.settings.local' })
  expect(report).toMatchObject({ trustFailure: null, trust: { isGranted: true, lapse: null }, reading: { how: 'trusted' } })
  const before = await world.run(['sources', folder, '--json'])
  expect([before.err, before.json()]).toMatchObject(['', { project: { read: 'trusted' } }])

  appendFileSync(join(folder, 'config/settings/base.py'), 'SESSION_COOKIE_AGE = 60\n')
  const after = await world.run(['sources', folder, '--json'])
  expect(after.json()).toMatchObject({ project: { read: 'static' }, settings: { SESSION_COOKIE_AGE: { value: 60 } } })
  expect(after.err).toContain('config/settings/base.py')
  expect(await app.client.call('projects.read', { folder })).toMatchObject({ reading: { how: 'static' }, trust: { isGranted: false, lapse: { because: 'files', files: ['config/settings/base.py'] } } })

  const again = await app.client.call('projects.trust', { folder, python: django?.path ?? '', module: 'config.settings.local' })
  expect(again).toMatchObject({ trust: { isGranted: true, lapse: null } })
  await app.client.call('projects.revoke', { folder })
  const revoked = await world.run(['sources', folder])
  expect([revoked.err, revoked.out]).toEqual(['', expect.stringContaining('(static)')])
})
