import type { Words } from '../words.ts'

/** What Coatcheck says of the value of a cache (`cacheValues.*`), and why its data cannot be read (`cacheValues.problems.*`). */
export const cacheValues: Words['cacheValues'] = {
  data: 'Das ist der Wert eines Caches ({format}). Er hat keine Signatur; Django liest ihn, wie er ist.',
  dangerous: 'Das ist der Wert eines Caches ({format}). Django würde beim Laden ausführen, was er aufruft. Hier wird nichts ausgeführt.',
  miss: 'Das ist der Wert eines Caches ({format}). Django kann ihn nicht lesen und beginnt eine leere Session.',
  expired: 'Das ist der Wert eines Caches ({format}). Er ist abgelaufen, und Django beginnt eine leere Session.',
  notDict: 'Das ist der Wert eines Caches ({format}). Er ist kein dict; Django antwortet mit einem Fehler (HTTP 500).',
  ownEngine: 'Das ist der Wert eines Caches ({format}). Die Session-Engine dieser Website kann ihn nicht lesen und antwortet mit einem Fehler (HTTP 500).',
  otherReader: 'Das ist der Wert eines Caches ({format}). Die Settings dieser Website lesen eine andere Form, darum beginnt Django eine leere Session.',
  otherReaderOwn: 'Das ist der Wert eines Caches ({format}). Die Session-Engine dieser Website liest eine andere Form und antwortet mit einem Fehler (HTTP 500).',
  overLimit: 'Das ist der Wert eines Caches ({format}). Er liegt über dem Limit und wird nicht gezeigt.',
  text: 'Das ist ein Text in einem Cache und keine Session.',
  unknown: 'Das ist kein Wert, den ein Cache von Django schreibt. Django kann ihn nicht lesen und beginnt eine leere Session.',
  problems: {
    // container
    'stored-size': 'Der Wert hat {size} Bytes; das Limit ist {limit}.',
    'empty-value': 'Hier ist nichts.',
    'unknown-value': 'Die Bytes sind kein Pickle, kein JSON und kein MessagePack, weder komprimiert noch unkomprimiert.',
    'text-value': 'Der Wert ist ein Text.',
    'base64-damaged': 'Der Wert ist kein Base64: Seine Länge passt nicht.',
    'base64-stray': 'Das Base64 hat Zeichen, die nicht hineingehören; Django 6.1 und neuer lehnen das ab.',
    'file-header': 'Die Datei beginnt nicht mit ihrem Ablaufzeitpunkt, wie es Dateien von FileBasedCache tun.',
    'file-not-packed': 'Nach dem Ablaufzeitpunkt werden zlib-Daten erwartet.',
    'file-over': 'Der Wert galt bis {until}; Django löscht die Datei.',
    'bad-flags': 'Die Flags ({flags}) passen nicht zum Wert.',
    // compression
    'packed-truncated': 'Die komprimierten Daten ({compressor}) enden zu früh: Der Wert wurde abgeschnitten.',
    'packed-damaged': 'Die komprimierten Daten ({compressor}) sind beschädigt.',
    'packed-checksum': 'Die Prüfsumme der komprimierten Daten ({compressor}) ist falsch.',
    'packed-feature': 'Die komprimierten Daten ({compressor}) sind auf eine Art gemacht, die hier nicht gelesen wird.',
    // serializer
    'not-utf8': 'Der Text ist kein UTF-8.',
    'msgpack-truncated': 'Das MessagePack endet zu früh: Der Wert wurde abgeschnitten.',
    'msgpack-type': 'Das ist kein Wert von MessagePack, den Python liest.',
    'msgpack-key': 'Ein Key im MessagePack ist weder Text noch Bytes; Python lehnt das ab.',
    'msgpack-text': 'Ein Text im MessagePack ist kein UTF-8.',
    'msgpack-trailing': 'Nach dem Ende des MessagePack steht noch etwas; Python lehnt das ab.',
    'msgpack-size': 'Das MessagePack hat mehr als 1.000.000 Werte.',
    'msgpack-depth': 'Das MessagePack ist tiefer als 1.024 Ebenen verschachtelt; Python lehnt das ab.',
    // what Django makes of it
    'not-a-dict': 'Der Wert ist {kind}, kein dict.',
    'none-value': 'Der Wert ist None, was für Django gar kein Wert ist.',
    'other-compressor': 'Der Wert ist mit {found} komprimiert; in den Settings steht {configured}.',
    'other-serializer': 'Der Wert wurde als {found} geschrieben; in den Settings steht {configured}.',
  },
}
