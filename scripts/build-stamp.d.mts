/** Called by the build when it has ended. */
export declare function writeStamp(root: string): void
/** Whether out/ was built from the sources that are there now. */
export declare function isBuilt(root: string): boolean
