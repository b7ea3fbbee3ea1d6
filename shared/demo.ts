/** The word that opens the demo wherever a path is taken; a file of that name is reached as `./demo`. */
export const DEMO = 'demo'
