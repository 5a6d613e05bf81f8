/**
 * Writes a password in the one form that is hashed and compared (NFKC). Keyboards and systems send the
 * same characters in different forms: é as one code point or as two, a digit in full or half width.
 */
export const normalizePassword = (password: string): string => password.normalize('NFKC')
