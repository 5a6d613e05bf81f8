// What `minLength` and `maxLength` count. Codegen bundles it into the validators instead of Ajv's own.

const highSurrogate = /[\ud800-\udbff]/

/**
 * Returns the number of characters (Unicode code points) of a text, as JSON Schema counts them. The
 * test for surrogates is cheap, because V8 stores most texts with one byte for each character.
 */
export default function codePoints(text: string): number {
  if (!highSurrogate.test(text)) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}
