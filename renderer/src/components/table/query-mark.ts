/** What is wrong with a query, and where: UTF-16 units of the text. */
export interface QueryMark {
  readonly message: string
  readonly position: number
  readonly length: number
}
