const systemPath = /^\/(livez|readyz|openapi\.(json|yaml)|docs(\/.*)?|problems\/.*)$/

/** Tells whether a path belongs to the service itself, so that no operation of a contract can have it. */
export function isSystemPath(path: string): boolean {
  return systemPath.test(path)
}
