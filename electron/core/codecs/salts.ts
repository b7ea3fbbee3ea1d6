/** Salts of Django's session engines (django/contrib/sessions/backends/, `key_salt` and `signed_cookies.py`). */
export const ROW_SALT = 'django.contrib.sessions.SessionStore'
export const COOKIE_SALT = 'django.contrib.sessions.backends.signed_cookies'
