/** The only pages of the web that Coatcheck opens, in the system's browser and after a click. Data never becomes a link. */
export const LINKS = {
  sessions: 'https://docs.djangoproject.com/en/stable/topics/http/sessions/',
  settings: 'https://docs.djangoproject.com/en/stable/ref/settings/#sessions',
  signing: 'https://docs.djangoproject.com/en/stable/topics/signing/',
  clearsessions: 'https://docs.djangoproject.com/en/stable/ref/django-admin/#clearsessions',
} as const
export type LinkId = keyof typeof LINKS

/** The id whose page this is, exactly; null: none. */
export function linkId(url: string): LinkId | null {
  return (Object.keys(LINKS) as LinkId[]).find((id) => LINKS[id] === url) ?? null
}
