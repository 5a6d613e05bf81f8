import { domainToUnicode } from 'node:url'

/**
 * Tells whether a text is an absolute URL. The answer is the same on every Node.js version: since
 * version 24, `URL` takes any ASCII host name, and before that it refuses `xn--` labels that stand for
 * no Unicode name.
 */
export function isUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { hostname } = new URL(text)
  return !hostname.includes('xn--') || !/(^|\.)xn--/.test(domainToUnicode(hostname))
}

/**
 * Writes a password in the one form that is hashed and compared (NFKC). Keyboards and systems send the
 * same characters in different forms: é as one code point or as two, a digit in full or half width.
 */
export const normalizePassword = (password: string): string => password.normalize('NFKC')
