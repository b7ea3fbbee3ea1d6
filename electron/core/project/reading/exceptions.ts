/** The class above each of Python's own exceptions; a name that is only another one's has that one there. */
const PARENTS: Readonly<Record<string, string>> = {
  ArithmeticError: 'Exception', AssertionError: 'Exception', AttributeError: 'Exception', BaseExceptionGroup: 'BaseException', BlockingIOError: 'OSError', BrokenPipeError: 'ConnectionError', BufferError: 'Exception',
  BytesWarning: 'Warning', ChildProcessError: 'OSError', ConnectionAbortedError: 'ConnectionError', ConnectionError: 'OSError', ConnectionRefusedError: 'ConnectionError', ConnectionResetError: 'ConnectionError',
  DeprecationWarning: 'Warning', EOFError: 'Exception', EncodingWarning: 'Warning', EnvironmentError: 'OSError', Exception: 'BaseException', ExceptionGroup: 'BaseExceptionGroup', FileExistsError: 'OSError',
  FileNotFoundError: 'OSError', FloatingPointError: 'ArithmeticError', FutureWarning: 'Warning', GeneratorExit: 'BaseException', IOError: 'OSError', ImportError: 'Exception', ImportWarning: 'Warning',
  IndentationError: 'SyntaxError', IndexError: 'LookupError', InterruptedError: 'OSError', IsADirectoryError: 'OSError', KeyError: 'LookupError', KeyboardInterrupt: 'BaseException', LookupError: 'Exception',
  MemoryError: 'Exception', ModuleNotFoundError: 'ImportError', NameError: 'Exception', NotADirectoryError: 'OSError', NotImplementedError: 'RuntimeError', OSError: 'Exception', OverflowError: 'ArithmeticError',
  PendingDeprecationWarning: 'Warning', PermissionError: 'OSError', ProcessLookupError: 'OSError', RecursionError: 'RuntimeError', ReferenceError: 'Exception', ResourceWarning: 'Warning', RuntimeError: 'Exception',
  RuntimeWarning: 'Warning', StopAsyncIteration: 'Exception', StopIteration: 'Exception', SyntaxError: 'Exception', SyntaxWarning: 'Warning', SystemError: 'Exception', SystemExit: 'BaseException',
  TabError: 'IndentationError', TimeoutError: 'OSError', TypeError: 'Exception', UnboundLocalError: 'NameError', UnicodeDecodeError: 'UnicodeError', UnicodeEncodeError: 'UnicodeError', UnicodeError: 'ValueError',
  UnicodeTranslateError: 'UnicodeError', UnicodeWarning: 'Warning', UserWarning: 'Warning', ValueError: 'Exception', Warning: 'Exception', ZeroDivisionError: 'ArithmeticError',
}

/** An exception of which nothing is known but that it may be raised. */
export const ANY_EXCEPTION = '*'
const ALIASES: Readonly<Record<string, string>> = { EnvironmentError: 'OSError', IOError: 'OSError' }

/**
 * Whether `except handler` catches an exception. Names are Python's own (`KeyError`), or dotted (`django.core.exceptions.ImproperlyConfigured`).
 * null: not known.
 */
export function catches(handler: string, exception: string): boolean | null {
  const wanted = ALIASES[handler] ?? handler
  if (wanted === 'BaseException') return true
  if (exception === ANY_EXCEPTION) return wanted === 'Exception' ? true : null
  if (wanted === exception) return true
  const isOwn = Object.hasOwn(PARENTS, exception)
  if (!isOwn) return wanted === 'Exception' ? true : null
  for (let name: string | undefined = ALIASES[exception] ?? exception; name !== undefined; name = PARENTS[name]) if (name === wanted) return true
  // A name of Python's own is no other class; one of a package may be another name of any.
  return Object.hasOwn(PARENTS, wanted) ? false : null
}
