import type { Words } from '../../words.ts'

/** What memcached says no to. */
export const memcached: Words['reasons']['memcached'] = {
  notMemcached: 'Was an dieser Adresse lauscht, spricht nicht das Textprotokoll von memcached.',
  asksPassword: 'Der Server verlangt ein Passwort (ASCII- oder SASL-Anmeldung), was nicht unterstützt wird.',
  tooLong: 'Die Session ist länger, als der Server annimmt (sein Limit für einen Eintrag, ohne andere Einstellung 1 MB).',
  noMemory: 'Der Server hat für diese Session keinen Arbeitsspeicher mehr; nichts wurde geschrieben.',
  listing: 'Der Server listet seine Keys gerade für jemand anderen.',
  noList: 'Dieser memcached listet seine Keys nicht.',
  noTtl: 'Das ist memcached {version}; es sagt nicht, wie lange ein Eintrag noch lebt: Eine Bearbeitung verlöre das.',
  itemTooLong: 'Die Session wäre {size} Bytes lang; dieser memcached nimmt Einträge bis zu {limit} an.',
  noTimes: 'memcached kennt keine Zeiten nach dem 19. Januar 2038.',
  otherServer: 'Der Server, der diese Session hielt, ist keiner von diesen.',
  noKey: 'memcached hat keinen solchen Key.',
  notTaken: 'Der Server hat diese Session nicht angenommen.',
  timePassed: 'Die Zeit dieser Session ist um: memcached behält sie nicht.',
}
