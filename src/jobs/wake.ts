// A pause that ends early when somebody calls, for loops that look for work.

export type Wake = ReturnType<typeof createWake>

export function createWake() {
  let called = false
  let end: (() => void) | undefined
  return {
    /** Ends the pause, or the next one where there is none. */
    call() {
      called = true
      end?.()
    },

    /** Waits until the time is over or somebody calls. */
    async pause(ms: number): Promise<void> {
      if (!called) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      called = false
      end = undefined
    },
  }
}
