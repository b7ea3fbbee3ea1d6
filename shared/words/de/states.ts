import type { Words } from '../words.ts'

/** What every pane says while it loads, when it is empty, and when something fails. */
export const states: Words['states'] = {
  close: 'Schließen',
  cancel: 'Abbrechen',
  next: 'Weiter:',
  tryAgain: 'Noch einmal',
  copyReport: 'Bericht kopieren',
  copied: 'Kopiert',
  copy: 'Kopieren',
  readOnly: 'Schreibgeschützt',
  loading: 'Wird geladen',
  connecting: 'Verbindung zu Coatcheck wird aufgebaut',
  reconnecting: 'Die Leitung zu Coatcheck ist abgerissen. Neue Verbindung, Versuch {attempt}.',
  access: {
    usedTitle: 'Dieser Link ist verbraucht',
    usedReason: 'Jeder Link öffnet ein Fenster, einmal, innerhalb einer Minute.',
    usedNext: 'Im Terminal, in dem Coatcheck läuft, Eingabe drücken für einen neuen Link, oder es neu starten.',
    missingTitle: 'Diese Seite braucht einen Link',
    missingReason: 'Coatcheck öffnet sich nur für den, der es gestartet hat.',
    missingNext: 'Den Link öffnen, den das Terminal zeigt, oder dort Eingabe drücken für einen neuen.',
    endedTitle: 'Coatcheck hat geendet',
    endedReason: 'Das Programm hinter dieser Seite antwortet nicht mehr. Was nicht angewandt war, wurde nicht geschrieben.',
    endedNext: 'Im Terminal neu starten; es öffnet eine neue Seite.',
    tryAgain: 'Noch einmal verbinden',
  },
  veiled: {
    title: 'Verdeckt während der Bildschirmfreigabe',
    reason: 'Geheimnisse, Werte und Besitzer werden nicht gezeigt. Die Bildschirmfreigabe in der Titelleiste beenden, um sie zu sehen.',
    mark: 'Bildschirmfreigabe',
    end: 'Beenden: Werte und Namen wieder zeigen',
  },
  failedTitle: 'Das Fenster konnte nicht starten',
}
