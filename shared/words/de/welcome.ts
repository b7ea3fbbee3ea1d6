import type { Words } from '../words.ts'

/** The first screen. */
export const welcome: Words['welcome'] = {
  name: 'Coatcheck',
  lead: 'Jede Marke und jeden Mantel sehen: Django-Sessions in jedem Store, decodiert, mit dem Grund für jedes Urteil.',
  open: 'Django-Projekt öffnen',
  openHint: 'Ordner oder SQLite-Datei. Nichts davon läuft',
  connect: 'Mit einem Server verbinden',
  connectHint: 'Per URL oder Formular, mit Test',
  paste: 'Eingefügtes Cookie lesen',
  pasteHint: 'Oder Cookie-Header, cURL-Zeile, Datenbankzeile',
  demo: 'Demo-Shop ausprobieren',
  demoHint: 'Ein kleines Projekt mit echten Sessions',
  recent: 'Zuletzt',
  recentHint: 'Eine Zahl drücken zum Öffnen',
  recentEmpty: 'Was geöffnet wird, steht hier. Schlüssel werden nie aufbewahrt.',
  gone: 'nicht mehr da',
  forget: '{name} vergessen',
  drop: 'Einen Ordner, eine .sqlite3-Datei, eine HAR-Datei, eine cookies.txt oder einen Text hier ablegen',
  dropInBrowser: 'Eine HAR-Datei, eine cookies.txt oder einen Text hier ablegen',
  dropHint: 'Nichts verlässt diesen Rechner. Lesen ändert nie einen Store.',
  dropNow: 'Loslassen zum Öffnen',
  dropNeedsPath: 'Eine Seite im Browser erfährt nicht, wo eine abgelegte Datei liegt.',
  dropNeedsPathNext: '{name} stattdessen über den Pfad wählen.',
  actions: 'Beginnen',
  demoBusy: 'Der Demo-Shop wird angelegt',
  opening: '{name} wird geöffnet',
}
