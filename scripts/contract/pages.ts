// The parts of `docs/` that codegen writes.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withRules } from './expand/table.ts'
import { supportPage } from './support-page.ts'

/** Returns the pages of a folder by name. A copy of the product may have neither docs nor tests. */
export async function generatedPages(docs: string): Promise<Record<string, string>> {
  const pages: Record<string, string> = {}
  const rules = join(docs, 'contract.md')
  if (existsSync(rules)) pages['contract.md'] = withRules(await readFile(rules, 'utf8'))
  if (!existsSync(join(docs, 'openapi-support.md'))) return pages
  const { topics } = await import('../../tests/engine/openapi/topics.ts')
  pages['openapi-support.md'] = supportPage(topics)
  pages['extending.md'] = await guidePage(join(docs, 'extending.md'))
  return pages
}

/** Returns the guide. A service that differs from what the generator expects keeps its page. */
async function guidePage(path: string): Promise<string> {
  const page = await readFile(path, 'utf8')
  const { withGuide } = await import('../new/guide.ts')
  return withGuide(page).catch((error: Error) => {
    console.warn(`docs/extending.md keeps its code: ${error.message}`)
    return page
  })
}
