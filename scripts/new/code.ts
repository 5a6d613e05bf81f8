// How the templates are written: as the text they produce, with parts that may be left out.

type Part = string | number | false | undefined | readonly string[]

/**
 * Joins a template. A part that is false, undefined or an empty list disappears, and so does its line if
 * nothing else is on it. The lines of a part have the indentation of the line on which it stands.
 */
export function code(texts: TemplateStringsArray, ...parts: readonly Part[]): string {
  const nothing = '\0'
  const joined = texts.slice(1).reduce((before, text, index) => {
    const part = parts[index]
    const lines = (Array.isArray(part) ? part : [part || part === 0 ? `${part}` : '']).join('\n')
    const indent = /(?:^|\n)( *)$/.exec(before)?.[1]
    const indented = indent === undefined ? lines : lines.replace(/\n(?!\n)/g, `\n${indent}`)
    return before + (indented === '' ? nothing : indented) + text
  }, texts[0] ?? '')
  return joined
    .replace(/^\n/, '')
    .replace(/(?<=^|\n)[ \0]*\0[ \0]*\n/g, '')
    .replaceAll(nothing, '')
}

/** Wraps a text into lines that end, with their indentation, before column 100. */
export function wrapped(text: string, indent: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line === undefined || indent + line.length + word.length > 99) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines
}
