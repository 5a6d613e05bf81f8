// Checks whether changes are announced: `info.version` has moved far enough for them, and the changelog
// has an entry for that version.
import type { Change, Class } from './rule.ts'

/** The parts of a version, from the least to the most significant. */
const steps = ['nothing', 'patch', 'minor', 'major'] as const
type Step = (typeof steps)[number]

type Version = readonly [major: number, minor: number, patch: number]

/** The part that each class of change moves: from 1.0.0 on, and before it, where a minor may break. */
const demands: Record<Class, { readonly stable: Step; readonly early: Step }> = {
  breaking: { stable: 'major', early: 'minor' },
  compatible: { stable: 'minor', early: 'patch' },
  documentation: { stable: 'nothing', early: 'nothing' },
}

/**
 * Returns what is left to do before these changes are announced, each with its file.
 * @throws Error for a version that is not three numbers.
 */
export function missingAnnouncement(
  changes: readonly Change[],
  versions: { readonly before: string; readonly after: string },
  changelog: string,
): string[] {
  const [old, now] = [parse(versions.before), parse(versions.after)]
  const { demanded, worst } = demandOf(changes, old)
  if (compare(now, old) < 0) {
    const range = `${versions.after} is older than ${versions.before}`
    return [`openapi/openapi.yaml: info.version ${range}, which it is compared with`]
  }
  if (steps.indexOf(moved(old, now)) < steps.indexOf(demanded)) {
    const next = demandedVersion(old, demanded)
    return [
      `openapi/openapi.yaml: info.version is ${versions.after}; ${worst} changes since ` +
        `${versions.before} need ${next} or later, so write version: ${next}`,
      ...missingEntry(changelog, next),
    ]
  }
  return demanded === 'nothing' ? [] : missingEntry(changelog, versions.after)
}

function demandOf(changes: readonly Change[], old: Version) {
  const era = old[0] === 0 ? 'early' : 'stable'
  const worst = (['breaking', 'compatible'] as const).find((it) =>
    changes.some((change) => change.class === it),
  )
  return { demanded: demands[worst ?? 'documentation'][era], worst }
}

function parse(text: string): Version {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(text) ?? []
  if (patch === undefined) throw new Error(`info.version must be three numbers, not "${text}"`)
  return [Number(major), Number(minor), Number(patch)]
}

function compare(one: Version, other: Version): number {
  const index = one.findIndex((it, place) => it !== other[place])
  return index < 0 ? 0 : (one[index] ?? 0) - (other[index] ?? 0)
}

function moved(old: Version, now: Version): Step {
  const index = now.findIndex((it, place) => it !== old[place])
  return (['major', 'minor', 'patch'] as const)[index] ?? 'nothing'
}

function demandedVersion([major, minor, patch]: Version, step: Step): string {
  const next = { nothing: [major, minor, patch], patch: [major, minor, patch + 1] }
  const parts = { ...next, minor: [major, minor + 1, 0], major: [major + 1, 0, 0] }[step]
  return parts.join('.')
}

/** Finds a section of Keep a Changelog, `## [1.2.3] - 2026-12-01` or `## 1.2.3`, with text below it. */
function missingEntry(changelog: string, version: string): string[] {
  const sections = changelog.split(/^## +/m).slice(1)
  const section = sections.find((it) => [version, `[${version}]`].includes(it.split(/\s/)[0] ?? ''))
  if (section?.split('\n').slice(1).join('').trim()) return []
  return [`CHANGELOG.md: write a section "## [${version}]" that says what changed`]
}
