import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

export interface Authorities {
  /** Has signed the server's certificate. */
  readonly caFile: string
  /** Has nothing to do with it. */
  readonly strangeCaFile: string
  readonly certFile: string
  readonly keyFile: string
  /** Makes the server's certificate one for another name, by the same authority. */
  rename(name: string): Promise<void>
}

/** Two authorities, and by one of them a certificate for `localhost`; all in a folder of the caller's. Throws what openssl complains about. */
export async function makeAuthorities(folder: string): Promise<Authorities> {
  const run = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder })
    if (status !== 0) throw new Error(`openssl: ${stderr.toString()}`)
  }
  const rename = async (name: string): Promise<void> => {
    await writeFile(join(folder, 'names'), `subjectAltName=DNS:${name}\n`)
    run('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names', '-out', 'server.pem')
  }
  for (const name of ['ca', 'strange']) run('req', '-x509', ...KEY, '-days', '2', '-subj', `/CN=Coatcheck test ${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`)
  run('req', ...KEY, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr')
  await rename('localhost')
  const [caFile, strangeCaFile, certFile, keyFile] = ['ca.pem', 'strange.pem', 'server.pem', 'server.key'].map((name) => join(folder, name)) as [string, string, string, string]
  return { caFile, strangeCaFile, certFile, keyFile, rename }
}
