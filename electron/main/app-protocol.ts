import type { StaticTable } from '../host/static-table.ts'
import type { Answer } from '../host/headers.ts'
import { REFUSALS, answerHeaders } from '../host/headers.ts'
import type { ElectronApi } from './electron-api.ts'

const SCHEME = 'app'
const HOST = 'coatcheck'

/** Where the pages are. Never `file://`, which could reach every file of the user. */
export const APP_ORIGIN = `${SCHEME}://${HOST}`
export const START_PAGE = `${APP_ORIGIN}/index.html`

/** Must run before Electron is ready. */
export function registerScheme({ protocol }: Pick<ElectronApi, 'protocol'>): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }])
}

/** Serves the same fixed table, with the same headers, as the browser host. */
export function servePages({ protocol }: Pick<ElectronApi, 'protocol'>, pages: StaticTable): void {
  protocol.handle(SCHEME, (request) => {
    const answer = find(request, pages)
    return new Response(new Uint8Array(Buffer.from(answer.body)), { status: answer.status, headers: answerHeaders(answer) })
  })
}

function find(request: Request, pages: StaticTable): Answer {
  const { host, pathname } = new URL(request.url)
  if (host !== HOST) return REFUSALS['wrong-host']
  const page = pages.get(pathname)
  if (page === undefined) return REFUSALS['not-found']
  if (request.method !== 'GET') return REFUSALS['wrong-method']
  return { status: 200, type: page.type, body: page.body }
}
