/** Many byte strings in one buffer, which crosses a thread boundary at once: item i is `[ends[i-1] ?? 0, ends[i])`. */
export interface PackedData {
  readonly bytes: Uint8Array
  readonly ends: Uint32Array
}
