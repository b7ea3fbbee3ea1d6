import type { ForeignCodec } from './foreign-format.ts'
import { reading, unchecked } from './foreign-format.ts'

/** The magic header 09 F0 C9 F0 of ASP.NET Core Data Protection, in base64. */
const PROTECTED = /^CfDJ8[A-Za-z0-9_-]{20,}$/
const COOKIES = /^(?:\.AspNet(?:Core)?\.|ASP\.NET_SessionId$|\.ASPXAUTH$|__RequestVerificationToken)/i
const VALUE = /^[A-Za-z0-9_+/=-]{16,}$/

/** ASP.NET: encrypted under a key ring that never leaves the server, so it can only be named. */
export const aspnet: ForeignCodec = {
  looksLike: (text, { cookieName }) => PROTECTED.test(text) || (cookieName !== null && COOKIES.test(cookieName) && VALUE.test(text)),
  read(text, context) {
    if (!this.looksLike(text, context)) return null
    const isToken = context.cookieName?.startsWith('__RequestVerificationToken') === true || /Antiforgery/i.test(context.cookieName ?? '')
    if (context.cookieName === 'ASP.NET_SessionId') return reading('aspnet', 'aspnetId', {})
    return reading('aspnet', isToken ? 'aspnetToken' : 'aspnet', { signature: unchecked(), packedBytes: Math.floor((text.length * 3) / 4) })
  },
}
