import type { Words } from '../../words.ts'

/** Why passwords are not kept. */
export const vault: Words['reasons']['vault'] = {
  locked: 'Die aufbewahrten Passwörter sind mit einer Passphrase verschlüsselt.',
  keychainRefuses: 'Der Schlüsselbund nimmt dieses Passwort nicht an.',
  keychainKeeps: 'Der Schlüsselbund des Systems bewahrt die Passwörter auf.',
  wrongPassphrase: 'Das ist nicht die Passphrase der aufbewahrten Passwörter.',
}
