/** Why a store on another machine is not written to until people unlock it. */
export const FAR_AWAY = 'The server is not this machine: it is opened for reading only until it is unlocked.'
