/** Encrypts and decrypts short texts. Each adapter says what protects its key. */
export interface SecretBox {
  /** @param id what the secret is of: a text that was sealed for one id does not open for another, where the adapter can tell */
  seal(secret: string, id: string): Promise<Buffer>
  /** null: it does not open; the key is another one now, or the text was changed. */
  open(sealed: Buffer, id: string): Promise<string | null>
}

/** The system's own store of keys, where a face has one. */
export interface Keychain extends SecretBox {
  /** Asked before anything is kept. `unprotected`: there is one, and its key lies open. */
  status(): Promise<{ readonly kind: 'available'; readonly name: string } | { readonly kind: 'missing' } | { readonly kind: 'unprotected' }>
}
