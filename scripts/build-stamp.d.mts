/** Called by the build when it has ended. */
export declare function writeStamp(): void
/** Whether out/ was built from the sources that are there now. */
export declare function isBuilt(): boolean
