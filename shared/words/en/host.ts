/** What the browser host prints. */
export const host = {
  ready: 'Coatcheck is ready at {link}',
  linkLife: 'The link works once, within 60 seconds. Press Enter here for a new one; Ctrl-C ends Coatcheck.',
  linkLifeNoTerminal: 'The link works once, within 60 seconds. Start Coatcheck again for a new one.',
  idle: 'Coatcheck ends by itself 30 minutes after it was last used.',
  idleEnded: 'Coatcheck ends: nobody used it for 30 minutes.',
  parentEnded: 'Coatcheck ends: the program that started it has ended.',
  newLink: 'New link: {link}',
  running: 'Coatcheck is already running on this data folder; the link leads there.',
  windowOpened: 'A window of {browser} is opening.',
  windowClosed: 'The window is closed. Coatcheck keeps running.',
  windowFailed: '{browser} does not open a window. The link works in any browser.',
} as const
