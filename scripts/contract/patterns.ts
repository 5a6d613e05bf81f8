// Patterns of other tools. JSON Schema reads them with the flag `u`, which takes no escape without a meaning.

/**
 * Returns a pattern that means the same and compiles with the flag `u`: without escapes of characters that
 * stand for themselves, as in `\_` and `\@`, and with those that they lack, as in `[\w-.]` and `{x}`. Returns
 * any other pattern as it is.
 */
export function unicodePattern(pattern: string): string {
  // These mean something else without the flag.
  if (compiles(pattern, 'u') || !compiles(pattern, '') || /\\(u\{|p|k)/i.test(pattern))
    return pattern
  const tokens = pattern.match(token) ?? []
  let isInClass = false
  const written = tokens.map((it, index) => {
    const isRange = [tokens[index - 1], tokens[index + 1]].every(
      (next = '') => !setEscape.test(next),
    )
    if (it === ']' && !isInClass) return '\\]'
    if (it === '[' || it === ']') isInClass = it === '['
    if (isInClass) return it === '-' && !isRange ? '\\-' : withoutEscape(it, '-')
    return it === '{' || it === '}' ? `\\${it}` : withoutEscape(it)
  })
  const strict = written.join('')
  return compiles(strict, 'u') ? strict : pattern
}

/** A quantifier, an escape or a character. */
const token = /\{\d+(?:,\d*)?\}|\\.|./gs
/** Escapes that stand for many characters. */
const setEscape = /^\\[dDwWsS]$/

/** Returns the character of an escape that has no meaning; anything else as it is. */
function withoutEscape(it: string, meant = ''): string {
  const [slash, character = ''] = it
  if (
    slash !== '\\' ||
    /[\w^$\\.*+?()[\]{}|/]/.test(character.replace('_', '')) ||
    character === meant
  )
    return it
  return character
}

function compiles(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags)
    return true
  } catch {
    return false
  }
}
