/** What is known of Python's own names and of packages that settings use. */

export const BUILTINS: ReadonlySet<string> = new Set([
  'ArithmeticError', 'AssertionError', 'AttributeError', 'BaseException', 'BaseExceptionGroup', 'BlockingIOError', 'BrokenPipeError', 'BufferError', 'BytesWarning', 'ChildProcessError', 'ConnectionAbortedError',
  'ConnectionError', 'ConnectionRefusedError', 'ConnectionResetError', 'DeprecationWarning', 'EOFError', 'EncodingWarning', 'EnvironmentError', 'Exception', 'ExceptionGroup', 'FileExistsError', 'FileNotFoundError',
  'FloatingPointError', 'FutureWarning', 'GeneratorExit', 'IOError', 'ImportError', 'ImportWarning', 'IndentationError', 'IndexError', 'InterruptedError', 'IsADirectoryError', 'KeyError', 'KeyboardInterrupt',
  'LookupError', 'MemoryError', 'ModuleNotFoundError', 'NameError', 'NotADirectoryError', 'NotImplemented', 'NotImplementedError', 'OSError', 'OverflowError', 'PendingDeprecationWarning', 'PermissionError',
  'ProcessLookupError', 'PythonFinalizationError', 'RecursionError', 'ReferenceError', 'ResourceWarning', 'RuntimeError', 'RuntimeWarning', 'StopAsyncIteration', 'StopIteration', 'SyntaxError', 'SyntaxWarning',
  'SystemError', 'SystemExit', 'TabError', 'TimeoutError', 'TypeError', 'UnboundLocalError', 'UnicodeDecodeError', 'UnicodeEncodeError', 'UnicodeError', 'UnicodeTranslateError', 'UnicodeWarning', 'UserWarning',
  'ValueError', 'Warning', 'ZeroDivisionError', 'abs', 'aiter', 'all', 'anext', 'any', 'ascii', 'bin', 'bool', 'breakpoint', 'bytearray', 'bytes', 'callable', 'chr', 'classmethod', 'compile', 'complex', 'copyright',
  'credits', 'delattr', 'dict', 'dir', 'divmod', 'enumerate', 'eval', 'exec', 'exit', 'filter', 'float', 'format', 'frozenset', 'getattr', 'globals', 'hasattr', 'hash', 'help', 'hex', 'id', 'input', 'int', 'isinstance',
  'issubclass', 'iter', 'len', 'license', 'list', 'locals', 'map', 'max', 'memoryview', 'min', 'next', 'object', 'oct', 'open', 'ord', 'pow', 'print', 'property', 'quit', 'range', 'repr', 'reversed', 'round', 'set',
  'setattr', 'slice', 'sorted', 'staticmethod', 'str', 'sum', 'super', 'tuple', 'type', 'vars', 'zip', '__builtins__', '__import__', '__build_class__', '__debug__', '__doc__', '__loader__', '__spec__',
])

/** By these, code reaches every name of the module. */
export const REACHES: ReadonlySet<string> = new Set([
  'builtins.globals', 'builtins.locals', 'builtins.vars', 'builtins.exec', 'builtins.eval', 'builtins.setattr', 'builtins.compile', 'builtins.__import__', 'importlib.import_module', 'runpy.run_path',
  'split_settings.tools.include', 'django.conf.settings.configure',
])

/** Python's own and well-known packages, whose functions set neither names nor variables. */
const HARMLESS = new Set([
  'builtins', 'os', 'sys', 'pathlib', 'datetime', 'logging', 'warnings', 'json', 're', 'socket', 'platform', 'subprocess', 'random', 'string', 'secrets', 'hashlib', 'base64', 'uuid', 'time', 'math', 'copy', 'collections', 'itertools', 'functools', 'tempfile',
  'shutil', 'glob', 'urllib', 'configparser', 'contextlib', 'typing', 'enum', 'decimal', 'ssl', 'getpass', 'distutils', 'mimetypes', 'locale', 'inspect', 'textwrap', 'io', 'struct', 'importlib', 'threading', 'ast', 'operator', 'zoneinfo', 'tomllib', 'csv', 'types', 'traceback', 'errno', 'stat', 'multiprocessing', 'codecs', 'gettext', 'unittest', 'pkgutil', 'dataclasses', 'abc', 'ipaddress', 'email', 'http', 'pickle', 'pprint', 'queue', 'signal', 'sqlite3', 'zlib', 'gzip',
  'django', 'environ', 'decouple', 'dj_database_url', 'dj_email_url', 'django_cache_url', 'rest_framework', 'celery', 'kombu', 'sentry_sdk', 'raven', 'structlog', 'corsheaders', 'debug_toolbar', 'yaml', 'toml', 'pytz', 'dateutil', 'redis', 'boto3', 'botocore', 'requests', 'ldap', 'django_auth_ldap', 'easy_thumbnails', 'oscar', 'wagtail', 'psycopg2', 'psycopg', 'pymysql', 'MySQLdb', 'whitenoise', 'rest_framework_simplejwt', 'six', 'git', 'newrelic', 'ddtrace', 'elasticapm', 'opentelemetry', 'unipath', 'path', 'django_redis', 'cryptography', 'jwt', 'certifi',
])

export function isHarmless(name: string): boolean {
  return HARMLESS.has(name.split('.')[0] ?? '')
}

/** What can be imported wherever Django runs. */
export const ALWAYS: ReadonlySet<string> = new Set(['os', 'sys', 'pathlib', 'datetime', 'logging', 'warnings', 'json', 're', 'socket', 'random', 'string', 'secrets', 'hashlib', 'base64', 'uuid', 'time', 'math', 'copy', 'collections', 'itertools', 'functools', 'tempfile', 'django', 'typing', 'importlib', 'urllib', 'ssl', 'subprocess', 'platform', 'contextlib', 'glob', 'shutil', 'inspect'])
