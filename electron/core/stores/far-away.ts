/** Why a store on another machine is not written to until people unlock it. */
export const FAR_AWAY = 'The server is not this machine: it is opened for reading only until it is unlocked.'
/** The same where the name says this machine, and the server does not. */
export const BEHIND_TUNNEL = 'The server says that it runs elsewhere, behind a tunnel or in a container: it is opened for reading only until it is unlocked.'
