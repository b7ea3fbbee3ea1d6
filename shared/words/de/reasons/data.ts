import type { Words } from '../../words.ts'

/** What session data cannot be. */
export const data: Words['reasons']['data'] = {
  dictOnly: 'Session-Daten sind ein Objekt; anderes kann Django nicht brauchen.',
  valueTooLong: 'Der Wert hätte {size} Bytes; das Limit ist {limit}.',
  valueOver: 'Der Wert hätte mehr als {limit} Bytes.',
  noCacheForm: 'Der Wert ist keine Session eines Caches, darum lässt sich in seiner Form keine schreiben.',
  noMsgpack: 'MessagePack, wie django-redis es benutzt, kann das nicht enthalten: {what}.',
  emptyKey: 'Ein leerer Schlüssel signiert nichts.',
  pasteTooLong: 'Das Eingefügte hat {size} Zeichen; das Limit ist {limit}.',
  notPython: 'Python kennt {type} {value} nicht.',
  unhashable: 'Eine Liste, ein set, dict oder bytearray kann kein Key sein und nicht in einem set stehen.',
  wouldRun: '{name} zu laden würde Code ausführen; das wird nie wieder geschrieben.',
  opcodesDamaged: 'Die Opcodes von {name} sind beschädigt.',
  classOnly: 'Woraus {name} besteht, lässt sich nicht bearbeiten: Das kann nur seine Klasse.',
  nothingAt: 'Unter {path} ist nichts.',
  ownReference: '{path} verweist auf sich selbst.',
  pickleOver: 'Das Pickle hätte mehr als {limit} Bytes.',
  wouldRunAll: 'Diese Daten zu laden würde Code ausführen; sie werden nie wieder geschrieben.',
  holdsItself: 'Ein tuple oder set kann sich nicht selbst enthalten.',
  notJson: 'JSON kann {path} nicht enthalten: Es hat den Typ {type}.',
  storedTooLong: 'Der gespeicherte Wert hat {size} Bytes; das Limit ist {limit}.',
  jsonHasNo: 'JSON kennt {type} nicht; Djangos JSONSerializer löst dabei einen Fehler aus.',
  noJsonKey: 'Der Typ {type} kann in JSON kein Key sein.',
}
