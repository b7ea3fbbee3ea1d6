import type { Words } from '../../words.ts'

/** Why a source does not open. */
export const sources: Words['reasons']['sources'] = {
  demoNotCopied: 'Die Demo lässt sich nicht in den Datenordner kopieren.',
  demoNotThere: 'Die Demo ist nicht an diesem Ort.',
  demoNotMoved: 'Die Sessions der Demo lassen sich nicht in der Zeit verschieben: {outcome}.',
  keepsItsOwn: 'Dieser Store hält seine Sessions selbst; Cookies haben darin keinen Platz.',
  noCookieInText: 'In diesem Text ist kein Cookie.',
  pastedNotKept: 'Diese Cookies wurden eingefügt und sind nirgends aufbewahrt.',
  rowsInDatabase: 'Die Zeilen von cached_db sind in einer Datenbank.',
  besideNoCache: 'Was neben den Zeilen von cached_db steht, ist kein Cache.',
  notSaved: 'Diese Verbindung ist nicht mehr gesichert.',
  notOpen: 'Diese Quelle ist nicht offen.',
  noneOpen: 'Keine Quelle ist offen.',
  usersMoved: 'Die Benutzertabelle ist auf {place}, nicht dort, wo sie zu sehen war.',
  staysLocked: 'Das ist nicht der Name der Quelle. Sie bleibt gesperrt.',
  noUserId: 'Mit dieser ID lässt sich keine Session suchen.',
  searchEnded: 'Die Suche hat auf eine Art geendet, die Coatcheck nicht kennt.',
  oneDatabase: 'Ein Cache steht vor genau einer Datenbank.',
  inBrowsers: 'Diese Sessions sind in Browsern, außer Reichweite. Ein neues Passwort beendet sie.',
  noPlace: 'Es gibt keinen Ort, der von hier geöffnet werden kann.',
  onlyByKey: '{place} gibt eine Session nur dem, der ihren Key kennt.',
}
