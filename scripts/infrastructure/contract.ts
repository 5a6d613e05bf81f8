// Reads the bundled contract for the launcher. What the service makes of it is in src.
import { readFileSync } from 'node:fs'

export interface Contract {
  servers: { url: string }[]
  paths: Record<string, unknown>
}

/** @throws where the file is absent or no JSON. */
export function readContract(file = 'generated/openapi.json'): Contract {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** The path of the service's base URL, such as `/api/v1`; empty where it is the root. */
export function pathPrefix({ servers }: Contract): string {
  return new URL(servers[0]?.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '')
}
