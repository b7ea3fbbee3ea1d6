/** The native menu of the Electron window. Items with a role of the system keep the system's words. */
export const menu = {
  file: 'File',
  view: 'View',
  help: 'Help',
  linkSessions: 'Django: How to use sessions',
  linkSettings: 'Django: Session settings',
  linkSigning: 'Django: Cryptographic signing',
  linkClearsessions: 'Django: clearsessions',
  chooseTitle: 'Open a SQLite file',
  chooseFilter: 'SQLite databases',
  chooseAll: 'All files',
} as const
