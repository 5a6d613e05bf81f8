// Reads the bundled contract for the launcher.
import { readFileSync } from 'node:fs'
import type { Document } from '../contract/document.ts'

/** @throws where the file is absent or no JSON. */
export function readContract(file = 'generated/openapi.json'): Document {
  return JSON.parse(readFileSync(file, 'utf8'))
}
