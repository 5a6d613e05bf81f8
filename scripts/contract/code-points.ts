// What `minLength` and `maxLength` count. Codegen binds it into the validators in the place of Ajv's own.

const highSurrogate = /[\ud800-\udbff]/

/**
 * How many characters (Unicode code points) a text has, as JSON Schema counts them. V8 knows without a
 * look that text of one byte a character has no surrogates: 0.02 µs instead of 0.5 for 300 of them.
 */
export default function codePoints(text: string): number {
  if (!highSurrogate.test(text)) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}
