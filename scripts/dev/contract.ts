// The bundled contract, for the launcher.
import { readFileSync } from 'node:fs'
import type { Document } from '../contract/document.ts'

/** Reads the bundled contract. @throws if the file is missing or not JSON. */
export function readContract(file = 'generated/openapi.json'): Document {
  return JSON.parse(readFileSync(file, 'utf8'))
}
