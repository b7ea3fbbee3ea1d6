/** Queries that are kept at most, saved or asked; the oldest of them go. */
export const MOST_KEPT = 200
/** Longest name of a saved query. */
export const NAME_CHARS = 100
