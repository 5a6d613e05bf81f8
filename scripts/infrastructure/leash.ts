// Preloaded into each part that the launcher runs. The launcher holds the other end of the part's
// standard input; when that closes without a word, the launcher was killed, and the part ends too.
process.stdin.on('end', end).on('error', end).resume()
// It must not keep alive a part that has nothing more to do.
process.stdin.unref()

function end() {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5000).unref()
}
