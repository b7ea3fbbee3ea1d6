/** Whether a path is that of a file of cookies, by its name: HAR, cookies.txt, cookies.sqlite of Firefox. */
export function isJarName(path: string): boolean {
  return !path.includes('://') && /(?:\.har|(?:^|[/\\])[^/\\]*cookies?[^/\\]*\.(?:txt|sqlite))$/i.test(path)
}
