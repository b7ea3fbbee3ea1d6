import { expect, test } from 'vitest'
import { isSecretKey, isSecretText, looksSecret } from './secrets.ts'

test.each(['password', 'old_passwd', 'client_secret', 'oauth_token', 'csrftoken', '_csrftoken', 'apiKey', 'api_key', 'privateKey', '_auth_user_hash', 'Authorization', 'pin', 'user_pin', 'otp', 'login-otp'])('%s names a secret', (name) => {
  expect(isSecretKey(name)).toBe(true)
})

test.each(['_auth_user_id', '_auth_user_backend', 'spinner', 'shipping', 'author', 'cart', 'passenger', 'bypass', 'key', 'option'])('%s names none', (name) => {
  expect(isSecretKey(name)).toBe(false)
})

test.each([
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', '-----BEGIN RSA PRIVATE KEY-----\nMII', 'pbkdf2_sha256$1000000$salt$hash', 'argon2$argon2id$v=19$x', 'ghp_0123456789abcdef', 'sk_live_0123456789', 'AKIAIOSFODNN7EXAMPLE',
  'Bearer 0123456789', 'postgresql://shop:hunter2@db.example/shop', 'redis://:pw@127.0.0.1/0',
])('%s is a secret by its form', (text) => {
  expect(isSecretText(text)).toBe(true)
  expect(looksSecret('note', { kind: 'str', value: text })).toBe(true)
})

test.each(['', 'hello', 'https://shop.example/a?b=c', 'mail@example.com', 'eyJ', 'https://shop.example:8000/a@b', 'Basic', '2026-01-02T03:04:05Z'])('%s is none', (text) => {
  expect(isSecretText(text)).toBe(false)
})

test('a long text is judged at once', () => {
  const before = performance.now()
  for (const text of ['a'.repeat(1_000_000), `http://${'a'.repeat(1_000_000)}`, `http://${':'.repeat(100_000)}`, `-----BEGIN ${'A '.repeat(100_000)}`]) isSecretText(text)
  expect(performance.now() - before).toBeLessThan(250)
})
