// Texts in one form, on every Node.js version.
import { domainToUnicode } from 'node:url'

/**
 * Returns whether a text is an absolute URL. Since version 24, the `URL` of Node.js accepts any ASCII
 * host name; before that it rejects `xn--` labels that stand for no Unicode name. This function always
 * rejects them.
 */
export function isUrl(text: string): boolean {
  const hostname = hostnameOf(text)
  if (hostname === undefined) return false
  return !hostname.includes('xn--') || !/(^|\.)xn--/.test(domainToUnicode(hostname))
}

// Once `URL.canParse` is compiled, Node.js 20 reads `ü` as a broken byte and answers false.
function hostnameOf(text: string): string | undefined {
  try {
    return new URL(text).hostname
  } catch {
    return undefined
  }
}

/**
 * Returns a password in the form that is hashed and compared (NFKC). Keyboards and systems send the same
 * characters in different forms: é as one code point or as two, a digit in full or half width.
 */
export const normalizePassword = (password: string): string => password.normalize('NFKC')
