/** Why passwords are not kept. */
export const vault = {
  locked: 'The kept passwords are encrypted with a passphrase.',
  keychainRefuses: 'The keychain does not take this password.',
  keychainKeeps: 'The keychain of the system keeps the passwords.',
  wrongPassphrase: 'This is not the passphrase of the kept passwords.',
} as const
