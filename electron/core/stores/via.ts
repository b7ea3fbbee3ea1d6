/** Where a tunnel to a server begins on this machine. */
export interface Via {
  readonly host: string
  readonly port: number
}
