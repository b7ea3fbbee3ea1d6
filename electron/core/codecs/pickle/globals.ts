import { globalName } from './values.ts'
import type { GlobalValue, Verdict } from './values.ts'

/** Names of Python 2 that Python 3 reads in pickles of protocols 0 to 2 (Lib/_compat_pickle.py), as far as session data has them. */
const OLD_MODULES: Readonly<Record<string, string>> = { __builtin__: 'builtins', copy_reg: 'copyreg' }
const OLD_NAMES: Readonly<Record<string, string>> = { unicode: 'str', long: 'int', xrange: 'range' }
const NEW_MODULES: Readonly<Record<string, string>> = { builtins: '__builtin__', copyreg: 'copy_reg' }
const NEW_NAMES: Readonly<Record<string, string>> = { str: 'unicode', int: 'long', range: 'xrange' }

export function readGlobal(module: string, name: string, protocol: number): GlobalValue {
  if (protocol >= 3 || !Object.hasOwn(OLD_MODULES, module)) return { type: 'global', module, name }
  const known = module === '__builtin__' && Object.hasOwn(OLD_NAMES, name)
  return { type: 'global', module: OLD_MODULES[module] ?? module, name: known ? (OLD_NAMES[name] ?? name) : name }
}

/** How a name is spelled in a pickle of this protocol. */
export function spellGlobal({ module, name }: GlobalValue, protocol: number): readonly [module: string, name: string] {
  if (protocol >= 3 || !Object.hasOwn(NEW_MODULES, module)) return [module, name]
  const known = module === 'builtins' && Object.hasOwn(NEW_NAMES, name)
  return [NEW_MODULES[module] ?? module, known ? (NEW_NAMES[name] ?? name) : name]
}

/** Types of Python's library that session data is made of. They may stand as values, too. */
const DATA_TYPES: ReadonlySet<string> = new Set([
  ...['object', 'str', 'int', 'float', 'bool', 'complex', 'list', 'tuple', 'dict', 'set', 'frozenset', 'bytes', 'bytearray', 'range', 'slice'].map((name) => `builtins.${name}`),
  ...['datetime', 'date', 'time', 'timedelta', 'timezone'].map((name) => `datetime.${name}`),
  ...['OrderedDict', 'defaultdict', 'Counter', 'deque'].map((name) => `collections.${name}`),
  'decimal.Decimal', 'uuid.UUID', 'fractions.Fraction', 'zoneinfo.ZoneInfo', 'ipaddress.IPv4Address', 'ipaddress.IPv6Address',
])

/** Functions that the shapes of `shapes.ts` call with arguments that are checked there. */
const KNOWN_FUNCTIONS: ReadonlySet<string> = new Set([
  'builtins.getattr', '_codecs.encode', 'copyreg._reconstructor', 'copyreg.__newobj__', 'copyreg.__newobj_ex__', 'pytz._UTC', 'pytz._p',
])

/** Top-level modules of Python's library, of Python 2 and 3. What they hold beyond the types above has no place in session data. */
const LIBRARY: ReadonlySet<string> = new Set(
  `BaseHTTPServer CGIHTTPServer ConfigParser Cookie Dialog DocXMLRPCServer FileDialog HTMLParser Queue ScrolledText SimpleDialog SimpleHTTPServer
  SimpleXMLRPCServer SocketServer StringIO Tix Tkconstants Tkdnd Tkinter UserDict UserList UserString abc aifc annotationlib antigravity anydbm argparse array ast
  asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 cPickle cProfile cStringIO calendar cgi cgitb chunk cmath cmd code
  codecs codeop collections colorsys commands compileall compression concurrent configparser contextlib contextvars cookielib copy copy_reg copyreg crypt csv ctypes
  curses dataclasses datetime dbhash dbm decimal difflib dis distutils doctest dumbdbm dummy_thread email encodings ensurepip enum errno exceptions
  faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc gdbm genericpath getopt getpass gettext glob graphlib grp gzip hashlib
  heapq hmac html htmlentitydefs http httplib idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache
  locale logging lzma mailbox mailcap markupbase marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath
  nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pip pipes pkg_resources pkgutil platform plistlib poplib posix posixpath pprint
  profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline repr reprlib resource rlcompleter robotparser
  runpy sched secrets select selectors setuptools shelve shlex shutil signal site six smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile
  sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib
  tempfile termios test textwrap this thread threading time timeit tkColorChooser tkCommonDialog tkFileDialog tkFont tkMessageBox tkSimpleDialog
  tkinter token tokenize tomllib trace traceback tracemalloc ttk tty turtle turtledemo types typing unicodedata unittest urllib urllib2 urlparse uu
  uuid venv warnings wave weakref webbrowser whichdb winreg winsound wsgiref xdrlib xml xmlrpc xmlrpclib zipapp zipfile zipimport zlib zoneinfo`.split(/\s+/),
)

const IDENTIFIER = String.raw`[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*`
const MODULE = new RegExp(String.raw`^${IDENTIFIER}(?:\.${IDENTIFIER})*$`, 'u')
/** `Class`, `function`, `Outer.Inner`. A lower-case step on the way (`models.os.system`) leads out of the module. */
const NAME = new RegExp(String.raw`^(?:_*\p{Lu}[\p{L}\p{Nd}_]*\.)*${IDENTIFIER}$`, 'u')

/**
 * What may be thought of a name before anything is done with it: a type of Python's library that is data, something of the application,
 * or what no session data has.
 */
export function judgeGlobal(global: GlobalValue): Verdict {
  const known = judged.get(global)
  if (known !== undefined) return known
  const verdict = judgeName(global)
  judged.set(global, verdict)
  return verdict
}

const judged = new WeakMap<GlobalValue, Verdict>()

function judgeName(global: GlobalValue): Verdict {
  const name = globalName(global)
  if (DATA_TYPES.has(name) || KNOWN_FUNCTIONS.has(name)) return 'data'
  const [top = ''] = global.module.split('.', 1)
  const isForeign = top !== '__main__' && (top.startsWith('_') || LIBRARY.has(top))
  return isForeign || !MODULE.test(global.module) || !NAME.test(global.name) ? 'call' : 'class'
}

/** Whether a name may stand as a value that nobody calls: a type, or something of the application. */
export function isHarmlessValue(global: GlobalValue): boolean {
  return judgeGlobal(global) !== 'call' && !KNOWN_FUNCTIONS.has(globalName(global))
}

export function isDataType(global: GlobalValue): boolean {
  return DATA_TYPES.has(globalName(global))
}
