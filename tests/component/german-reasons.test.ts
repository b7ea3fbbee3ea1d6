import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, describe, expect, test } from 'vitest'
import ErrorState from '../../renderer/src/components/states/ErrorState.vue'
import { setLocale } from '../../renderer/src/format/locale.ts'
import { reasonText } from '../../renderer/src/format/reason-text.ts'
import { createWords } from '../../renderer/src/words.ts'
import { CoatcheckError, deserializeError, serializeError } from '../../shared/errors.ts'
import { de } from '../../shared/words/de.ts'
import { reason, verbatim } from '../../shared/words/reason.ts'

function german() {
  const words = createWords()
  words.global.locale.value = 'de'
  setLocale('de')
  return words
}

afterEach(() => setLocale('en'))

describe('an error in a German window', () => {
  test.each([
    ['a server that refuses', new CoatcheckError('CONNECT_REFUSED', 'reach.nothingListens', { hint: 'next.checkHostPort' }), ['Der Server lehnt Verbindungen ab', 'An dieser Adresse lauscht nichts.', 'Host und Port prüfen, und ob der Server läuft.']],
    ['a damaged file', new CoatcheckError('STORE_DAMAGED', 'sqlite.damaged', { hint: 'next.recover' }), ['Die Datenbankdatei ist beschädigt', 'Teile dieser Datenbank sind beschädigt und nicht lesbar.', 'Mit einer Kopie arbeiten: sqlite3 old.sqlite3 .recover | sqlite3 new.sqlite3']],
    ['a session that is too large', new CoatcheckError('SESSION_TOO_LARGE', reason('stores.tooLong', { size: 12_345_678, limit: 8_388_608 })), ['Diese Session ist 12.345.678 Bytes lang; Coatcheck liest bis zu 8.388.608.']],
    ['a table without its columns', new CoatcheckError('STORE_NOT_DJANGO', reason('sql.lacks', { table: 'shop', columns: ['session_data', 'expire_date'] })), ['Der Tabelle shop fehlen Spalten: session_data und expire_date.']],
    ['a reason within another', new CoatcheckError('STORE_READ_ONLY', reason('stores.cacheUnreachable', { reason: reason('reach.noHost') })), ['Der Cache ist nicht zu erreichen: Kein Server hat diesen Hostnamen.']],
    ['what another program said', new CoatcheckError('STORE_UNSUPPORTED', reason('sqlite.rowRefused', { problem: 'CHECK constraint failed: @:x {y} | z' })), ['Die Tabelle nimmt diese Zeile nicht an: CHECK constraint failed: @:x {y} | z.']],
    ['words of a program', new CoatcheckError('INTERNAL', verbatim('TypeError: x is not a function')), ['TypeError: x is not a function']],
  ])('%s, as it comes over the wire', (_, error, texts) => {
    const wrapper = mount(ErrorState, { props: { error: deserializeError(serializeError(error)) }, global: { plugins: [german(), createPinia()] } })
    for (const text of texts) expect(wrapper.text()).toContain(text)
  })
})

test('every reason can be said in German', () => {
  const { t } = german().global
  for (const [subject, texts] of Object.entries(de.reasons)) {
    for (const [name, text] of Object.entries<string>(texts)) {
      const params = Object.fromEntries([...text.matchAll(/\{(\w+)\}/g)].map(([, param = '']) => [param, `<${param}>`]))
      const said = reasonText({ id: `reasons.${subject}.${name}`, params } as Parameters<typeof reasonText>[0], t)
      expect(said, `${subject}.${name}`).toMatch(/\S/)
      expect(said, `${subject}.${name}`).not.toMatch(/\{'|reasons\./)
      for (const value of Object.values(params)) expect(said).toContain(value)
    }
  }
})
