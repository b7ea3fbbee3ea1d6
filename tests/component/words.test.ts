/// <reference types="vite/client" />
import { expect, test } from 'vitest'
import { en } from '../../shared/words/en.ts'

const FILES = import.meta.glob<string>('../../renderer/src/**/*.vue', { query: '?raw', import: 'default', eager: true })

const textOf = (id: string): unknown => id.split('.').reduce<unknown>((room, name) => (typeof room === 'object' && room !== null ? (room as Record<string, unknown>)[name] : undefined), en)

test.each(Object.entries(FILES))('every text that %s names is in the catalogue', (_file, source) => {
  const ids = [...source.matchAll(/\bt\('([\w.-]+)'/g)].map(([, id]) => id ?? '')
  expect(ids.filter((id) => typeof textOf(id) !== 'string')).toEqual([])
})
