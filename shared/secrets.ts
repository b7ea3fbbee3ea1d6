import type { DataNode } from './values/node.ts'

/** Names of what is shown only on demand. `_auth_user_hash` is derived from the password. */
const SECRET_NAME = /passw(?:or)?d|passphrase|secret|token|csrf|api_?key|private_?key|credential|authorization|^_auth_user_hash$/i
/** Short names, as words of their own only: a `spinner` is no `pin`. */
const SECRET_WORD = /(?:^|[_\-. ])(?:pwd|pin|otp|totp|jwt|cvv|cvc|ssn)(?:$|[_\-. ])/i

/** Texts that are secrets by their form, whatever they are called. */
const SECRET_FORMS: readonly RegExp[] = [
  /^eyJ[\w-]{5,}\.[\w-]*\.[\w-]*/,
  /^-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/,
  // Password hashes of Django.
  /^(?:pbkdf2_sha256|pbkdf2_sha1|argon2|bcrypt|bcrypt_sha256|scrypt)\$/,
  // Keys that their issuers mark.
  /^(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|[sr]k_(?:live|test)_|AKIA|ASIA|AIza|ya29\.)[\w-]{8,}/,
  /^(?:Bearer|Basic) \S{8,}/,
  // An address with a password in it.
  /^[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]{0,200}:[^\s/@]{1,200}@/i,
]

/** Whether a value of this name is a secret. */
export function isSecretKey(name: string): boolean {
  return SECRET_NAME.test(name) || SECRET_WORD.test(name)
}

/** Whether a text is a secret by its form. */
export function isSecretText(text: string): boolean {
  return SECRET_FORMS.some((form) => form.test(text))
}

/** The one answer to what is masked: by its name, or by what it is. What stands in a secret is one, too; that is for who walks. */
export function looksSecret(name: string | null, node: DataNode): boolean {
  return (name !== null && isSecretKey(name)) || (node.kind === 'str' && isSecretText(node.value))
}
