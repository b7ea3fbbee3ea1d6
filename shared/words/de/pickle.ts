import type { Words } from '../words.ts'

/** What loading a pickle would do. No sentence vouches for one: reading cannot. */
export const pickle: Words['pickle'] = {
  data: 'Das Pickle (Protokoll {protocol}) nennt keine Klasse der App. Es wurde gelesen, nie ausgeführt.',
  classes: 'Dieses Pickle (Protokoll {protocol}) zu laden macht Objekte von Klassen der App: {names}. Es wurde gelesen, nie ausgeführt.',
  call: 'Dieses Pickle zu laden würde {name}({args}) aufrufen. Es wurde gelesen, nie ausgeführt.',
  import: 'Dieses Pickle zu laden würde {name} importieren, was keine Session-Daten brauchen. Es wurde gelesen, nie ausgeführt.',
}
