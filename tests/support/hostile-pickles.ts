import type { PickleFault } from '../../shared/model/pickle.ts'

export const bytes = (...parts: readonly (string | readonly number[])[]): Buffer => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))
export const short = (text: string): string => `\x8c${String.fromCharCode(text.length)}${text}`
export const global = (module: string, name: string): string => `${short(module)}${short(name)}\x93`

/** Every known way to run something, and what would be run. */
export const PICKLE_ATTACKS: readonly (readonly [name: string, pickle: string, called: string, args?: string])[] = [
  ['os.system in text', "cos\nsystem\n(S'id'\ntR.", 'os.system', "'id'"],
  ['os.system by STACK_GLOBAL', `\x80\x04${global('os', 'system')}${short('rm -rf /')}\x85R.`, 'os.system', "'rm -rf /'"],
  ['names that come from the memo', `\x80\x04${short('os')}\x940${short('system')}\x940h\x00h\x01\x93${short('id')}\x85R.`, 'os.system', "'id'"],
  ['a memo that is written twice', `\x80\x04${short('math')}q\x000${short('os')}q\x000h\x00${short('system')}\x93${short('id')}\x85R.`, 'os.system', "'id'"],
  ['eval', "c__builtin__\neval\n(S'1+1'\ntR.", 'builtins.eval', "'1+1'"],
  ['an attribute by getattr', `\x80\x04${global('builtins', 'getattr')}${global('os', 'path')}${short('join')}\x86R${short('a')}\x85R.`, 'builtins.getattr', "os.path, 'join'"],
  ['the method of zones, of another class', `\x80\x04${global('builtins', 'getattr')}${global('shop', 'Thing')}${short('_unpickle')}\x86R.`, 'builtins.getattr', "shop.Thing, '_unpickle'"],
  ['a resolver of names', `\x80\x04${global('pkgutil', 'resolve_name')}${short('os:system')}\x85R${short('id')}\x85R.`, 'pkgutil.resolve_name', "'os:system'"],
  ['a way through a module', `\x80\x04${global('shop.models', 'os.system')}${short('id')}\x85R.`, 'shop.models.os.system', "'id'"],
  ['INST', "(S'id'\nios\nsystem\n.", 'os.system', "'id'"],
  ['OBJ', `(${'cos\nsystem\n'}S'id'\no.`, 'os.system', "'id'"],
  ['a function of the application', `\x80\x04${global('shop.utils', 'run')})R.`, 'shop.utils.run', ''],
  ['a map that calls what it maps', `\x80\x04${global('shop', 'Mapper')}${global('shop', 'run')}]\x86\x81.`, 'shop.Mapper', 'shop.run, []'],
  ['a class of the library', `\x80\x04${global('subprocess', 'Popen')})\x81.`, 'subprocess.Popen', ''],
  ['attributes of a class', `\x80\x04${global('shop', 'Thing')}}${short('go')}K\x01sb.`, 'shop.Thing', '{…}'],
  ['a second __setstate__', `\x80\x04${global('shop', 'Thing')})\x81}b}b.`, 'shop.Thing()', '{}'],
  ['a __setstate__ of its own', `\x80\x04${global('shop', 'Thing')})\x81}${short('__setstate__')}K\x01sb.`, 'shop.Thing()', '{…}'],
  ['items after attributes', `\x80\x04${global('shop', 'Thing')})\x81}bK\x01a.`, 'shop.Thing()', ''],
  ['a registered extension', '\x80\x02\x82\x01.', 'copyreg.extension 1', ''],
  ['a datetime of a strange zone', `\x80\x04${global('datetime', 'datetime')}C\x0a${'\x07\xea\x01\x01\0\0\0\0\0\0'}K\x01\x86R.`, 'datetime.datetime'],
  ['a datetime that cannot be', `\x80\x04${global('datetime', 'datetime')}C\x0a${'\x07\xea\x0d\x01\0\0\0\0\0\0'}\x85R.`, 'datetime.datetime'],
  ['a default made by a function', `\x80\x04${global('collections', 'defaultdict')}${global('os', 'getcwd')}\x85R.`, 'collections.defaultdict', 'os.getcwd'],
  ['a translation by a stranger', `\x80\x04${global('django.utils.functional', '_lazy_proxy_unpickle')}(${global('os', 'system')}${short('id')}\x85}${global('builtins', 'str')}tR.`, 'django.utils.functional._lazy_proxy_unpickle'],
]

const MEGABYTE = 'x'.repeat(1 << 20)
const NAME = `X\0\0\x10\0${MEGABYTE}q\x000`

/** Small pickles that ask for endless work or memory. null: it is read to its end, and what it calls is named. */
export const PICKLE_BOMBS: readonly (readonly [name: string, make: () => Buffer, reason: PickleFault | null])[] = [
  ['tuples that double', () => bytes(`)\x94h\x00h\x00\x86q\x000${Array.from({ length: 200 }, () => 'h\x00h\x00\x86q\x00').join('0')}.`), 'pickle-size'],
  ['lists in lists', () => bytes(']'.repeat(20_000), 'a'.repeat(19_999), '.'), 'too-deep'],
  ['nothing but marks', () => bytes('('.repeat(2_000_000)), 'pickle-truncated'],
  ['one long text a thousand times', () => bytes(`X\0\0\x10\0${MEGABYTE}q\x00(${'h\x00'.repeat(2000)}l.`), 'pickle-size'],
  ['sets of one huge list', () => bytes(`](${'N'.repeat(200_000)}eq\x000(${'c__builtin__\nset\n(h\x00tR'.repeat(20_000)}l.`), 'pickle-size'],
  ['names as long as a megabyte', () => bytes(NAME, 'h\x00h\x00\x930'.repeat(1_000_000), '}.'), 'pickle-target'],
  ['a megabyte encoded again and again', () => bytes(`${NAME}(${'c_codecs\nencode\n(h\x00U\x06latin1tR0'.repeat(100_000)}}.`), null],
  ['more opcodes than any session has', () => bytes('N0'.repeat(2_600_000), '}.'), 'pickle-opcodes'],
  ['more in the memo than any session has', () => bytes(`(${'N\x94'.repeat(1_000_001)}l.`), 'pickle-memo-size'],
]
