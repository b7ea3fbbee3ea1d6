import type { Words } from '../../words.ts'

/** What a database server says no to, and what is wrong with a table. */
export const sql: Words['reasons']['sql'] = {
  readOnlyServer: 'Der Server erlaubt hier kein Schreiben.',
  tooManyConnections: 'Der Server hat zu viele Verbindungen.',
  noResources: 'Dem Server fehlt es an Verbindungen, Arbeitsspeicher oder Plattenplatz.',
  shuttingDown: 'Der Server fährt gerade herunter oder hoch, oder hat diese Verbindung beendet.',
  locked: 'Eine andere Transaktion hat diese Session oder Tabelle gesperrt.',
  noDatabase: 'Auf diesem Server gibt es keine Datenbank dieses Namens.',
  notAllowed: 'Der Benutzer {user} darf das mit {table} nicht.',
  unreadable: 'Die Tabelle {table} ist nicht mehr als Djangos Sessions lesbar.',
  rowRefused: 'Die Tabelle {table} nimmt diese Zeile nicht an ({problem}).',
  packetTooLong: 'Die Session ist länger, als der Server annimmt (max_allowed_packet).',
  rowExists: 'Eine Zeile mit diesem Key gibt es schon.',
  lacks: 'Der Tabelle {table} fehlen Spalten: {columns}.',
  noTable: 'In dieser Datenbank gibt es keine Tabelle {table}.',
  replaced: 'An die Stelle der geöffneten Tabelle oder des Servers ist eine andere getreten.',
  manyRows: '{count} Zeilen haben diesen Session-Key; nichts wurde geschrieben.',
  blockRows: '{what} hat 1 bis {most} Zeilen; verlangt wurden {count}.',
  answerLost: 'Die Verbindung ist abgerissen, bevor der Server gesagt hat, ob das geschrieben ist.',
}
