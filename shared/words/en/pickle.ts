/** What loading a pickle would do. No sentence vouches for one: reading cannot. */
export const pickle = {
  data: 'The pickle (protocol {protocol}) names no class of the app. It was read, never run.',
  classes: 'Loading this pickle (protocol {protocol}) makes objects of the app’s classes: {names}. It was read, never run.',
  call: 'Loading this pickle would call {name}({args}). It was read, never run.',
  import: 'Loading this pickle would import {name}, which no session data needs. It was read, never run.',
} as const
