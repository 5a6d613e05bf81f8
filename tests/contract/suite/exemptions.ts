// What the suite does not run, each with its reason. A test counts these lines: nobody adds one unseen.

export interface Exemption {
  readonly target: 'app' | 'mock' | 'url'
  /** All operations where it is left out. */
  readonly operation?: string
  readonly status: number
  readonly reason: string
}

export const exemptions: readonly Exemption[] = [
  { target: 'url', status: 429, reason: 'it would use up the quota of whoever runs the suite' },
  { target: 'url', status: 503, reason: 'a service that somebody runs keeps its database' },
  { target: 'url', operation: 'cancelTask', status: 409, reason: 'no request makes a task fail' },
  { target: 'url', operation: 'createPost', status: 409, reason: 'no request can be held up' },
  { target: 'url', operation: 'createTask', status: 409, reason: 'no request can be held up' },
  { target: 'url', operation: 'retryTask', status: 200, reason: 'no request makes a task fail' },
]

export function isExempt(target: Exemption['target'], operation: string, status: number): boolean {
  return exemptions.some(
    (it) =>
      it.target === target &&
      it.status === status &&
      (it.operation === undefined || it.operation === operation),
  )
}
