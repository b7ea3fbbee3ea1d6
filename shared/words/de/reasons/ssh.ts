import type { Words } from '../../words.ts'

/** What fails on the way through an SSH server. */
export const ssh: Words['reasons']['ssh'] = {
  noAnswer: 'Der SSH-Server antwortet nicht rechtzeitig.',
  notSsh: 'Was dort antwortet, ist kein SSH-Server, mit dem sich sprechen lässt.',
  lost: 'Die SSH-Verbindung ist abgerissen.',
  noKeyAccepted: 'Der SSH-Server nimmt keinen der gezeigten Schlüssel an, und das Passwort auch nicht.',
  keyLocked: 'Eine Passphrase schützt die Schlüsseldatei {files}.',
  wrongPassphrase: 'Die Passphrase öffnet die Schlüsseldatei {file} nicht.',
  keyUnread: 'Die Schlüsseldatei {file} ist nicht lesbar.',
  hostUnknown: 'Der Schlüssel dieses SSH-Servers steht nicht in known_hosts: {type} {fingerprint}.',
  hostChanged: 'Der SSH-Server zeigt einen anderen Schlüssel als den in known_hosts: {type} {fingerprint}.',
  hostRevoked: 'known_hosts markiert diesen Schlüssel als widerrufen: {type} {fingerprint}.',
  proxyCommand: 'Die SSH-Konfiguration führt durch ein Programm dorthin (ProxyCommand), und Coatcheck führt keines aus.',
  forwardForbidden: 'Der SSH-Server erlaubt keine Weiterleitung zu {to}.',
  forwardNothing: 'Der SSH-Server findet nichts, was an {to} lauscht.',
  forwardNotNow: 'Der SSH-Server kann sich gerade nicht mit {to} verbinden.',
  nothingListens: 'An der Adresse des SSH-Servers lauscht nichts.',
  noHost: 'Kein SSH-Server hat diesen Hostnamen.',
  lookUpFailed: 'Der Name des SSH-Servers lässt sich gerade nicht auflösen.',
  noWayToHost: 'Zum SSH-Server führt kein Weg.',
  noWayToNetwork: 'Zum Netz des SSH-Servers führt kein Weg.',
  closed: 'Der SSH-Server hat die Verbindung geschlossen.',
}
