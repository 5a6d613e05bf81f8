// The cases that the suite does not run, each with its reason. A test counts them, so that a review sees
// each new one.

export interface Exemption {
  readonly target: 'app' | 'mock' | 'url'
  /** The operation, or `all` of them. */
  readonly operation: string
  readonly status: number
  readonly reason: string
}

export const exemptions: readonly Exemption[] = [
  {
    target: 'url',
    operation: 'all',
    status: 429,
    reason: 'it would use up the quota of the address that runs the suite',
  },
  {
    target: 'url',
    operation: 'all',
    status: 503,
    reason: 'the suite cannot stop the database of a running service',
  },
  { target: 'url', operation: 'cancelTask', status: 409, reason: 'no request makes a task fail' },
  { target: 'url', operation: 'createPost', status: 409, reason: 'no request can be held up' },
  { target: 'url', operation: 'createTask', status: 409, reason: 'no request can be held up' },
  { target: 'url', operation: 'retryTask', status: 200, reason: 'no request makes a task fail' },
]

export function isExempt(target: Exemption['target'], operation: string, status: number): boolean {
  return exemptions.some(
    (it) =>
      it.target === target && it.status === status && ['all', operation].includes(it.operation),
  )
}
