import type { Words } from '../words.ts'

/** The native menu of the Electron window. Electron's own words for items with a role are English everywhere, so they are here. */
export const menu: Words['menu'] = {
  file: 'Datei',
  edit: 'Bearbeiten',
  view: 'Ansicht',
  window: 'Fenster',
  help: 'Hilfe',
  role: {
    close: 'Fenster schließen',
    quit: 'Beenden',
    undo: 'Rückgängig',
    redo: 'Wiederholen',
    cut: 'Ausschneiden',
    copy: 'Kopieren',
    paste: 'Einfügen',
    selectAll: 'Alles auswählen',
    resetZoom: 'Originalgröße',
    zoomIn: 'Vergrößern',
    zoomOut: 'Verkleinern',
    togglefullscreen: 'Vollbild',
    minimize: 'Minimieren',
  },
  linkSessions: 'Django: Sessions benutzen',
  linkSettings: 'Django: Settings für Sessions',
  linkSigning: 'Django: Kryptografisches Signieren',
  linkClearsessions: 'Django: clearsessions',
  chooseTitle: 'SQLite-Datei öffnen',
  chooseFilter: 'SQLite-Datenbanken',
  chooseAll: 'Alle Dateien',
}
