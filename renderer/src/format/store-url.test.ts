import { expect, it } from 'vitest'
import { isStoreUrl, withTable, withoutPassword } from './store-url.ts'

it('tells URLs from paths', () => {
  for (const url of ['postgresql://h/db', ' POSTGRES://h/db', 'mysql://h/db', 'mariadb://h/db', 'sqlite:///srv/db']) expect(isStoreUrl(url)).toBe(true)
  for (const path of ['/srv/db.sqlite3', 'sqlite:/db', 'mysql', 'C:\\mysql', './postgresql:/']) expect(isStoreUrl(path)).toBe(false)
})

it('adds the table that was entered, unless the URL has one', () => {
  expect(withTable('mysql://h/db', 'a b')).toBe('mysql://h/db?table=a%20b')
  expect(withTable('mysql://h/db?mode=rw', 'a')).toBe('mysql://h/db?mode=rw&table=a')
  expect(withTable('mysql://h/db?table=x', 'a')).toBe('mysql://h/db?table=x')
  expect(withTable('mysql://h/db', '')).toBe('mysql://h/db')
})

it('names a server without its password', () => {
  expect(withoutPassword('postgresql://ana:hunter2@h/db')).toBe('postgresql://ana@h/db')
  expect(withoutPassword('postgresql://ana:p@ss:w@h/db')).toBe('postgresql://ana@h/db')
  expect(withoutPassword('mysql://h:3306/db')).toBe('mysql://h:3306/db')
  expect(withoutPassword('/srv/a:b@c')).toBe('/srv/a:b@c')
})
