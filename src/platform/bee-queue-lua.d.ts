// Bee-Queue's loader of its own Lua scripts: part of the package, left out of its types.
declare module 'bee-queue/lib/lua/index.js' {
  const scripts: { buildCache(client: NodeJS.EventEmitter): Promise<unknown> }
  export default scripts
}
