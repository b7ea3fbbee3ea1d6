import type { Words } from '../../words.ts'

/** Why a project is not read. */
export const project: Words['reasons']['project'] = {
  notFound: 'Hier ist kein Django-Projekt zu finden, auch nicht darüber oder darunter.',
  several: 'Hier sind {count} Projekte: {folders}.',
  noProgram: 'Unter diesem Pfad ist kein Programm, das sich ausführen lässt.',
  noModules: 'Dieses Projekt hat kein Settings-Modul.',
  noModule: 'Es gibt kein Settings-Modul {module}.',
  noPython: 'Für dieses Projekt ist kein Python zu finden.',
  tooLong: 'Die Settings zu lesen dauert länger als {seconds} s, das Limit.',
  tooMuchMemory: 'Die Settings zu lesen braucht mehr als {megabytes} MB Arbeitsspeicher, das Limit.',
  workerEnded: 'Der Worker, der die Settings gelesen hat, hat geendet.',
  failed: 'Das Lesen der Settings ist auf eine Art gescheitert, die Coatcheck nicht kennt.',
  notTrusted: 'Diesem Ordner wird nicht vertraut, darum wird nichts daraus ausgeführt.',
  noEnd: 'Die Settings sind innerhalb von {seconds} s nicht fertig geworden.{output}',
  noAnswer: 'Dieses Python ließ sich nicht starten, oder gab keine Antwort.{output}',
  noDjango: 'Dieses Python hat kein Django.',
  djangoFailed: 'Django konnte die Settings nicht lesen: {error}{output}',
  noFolderToTrust: 'Diesen Ordner, dem vertraut werden soll, gibt es nicht.',
  sessionsElsewhere: 'Die Sessions dieses Projekts sind auf {place}.',
  noStore: 'Dieses Projekt hat keinen Store {id}.',
  storeFromOutside: 'Dieser Store lässt sich von außen nicht öffnen.',
  noExpiredRows: 'Dieser Store hat keine abgelaufenen Zeilen: clearsessions tut dort nichts, oder liest jede Datei.',
}
