// The features that there are.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** @throws Error that lists the features, for one that does not exist. */
export async function requireFeature(copy: string, name: string): Promise<void> {
  const features = await readdir(join(copy, 'src/features'))
  if (!features.includes(name))
    throw new Error(`there is no feature ${name}; there are ${features.sort().join(', ')}`)
}
