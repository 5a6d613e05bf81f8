// `npm run infra`: the private PostgreSQL and Redis alone, so that knex and other tools can be used
// without the service. It stays until Ctrl-C.
import { launch } from './launcher.ts'
import { say } from './output.ts'
import { describeServers } from './panel.ts'

await launch({
  name: 'npm run infra',
  ports: () => ({}),
  async main(launched) {
    say('infra', `${describeServers(launched).join('\n')}\nCtrl-C stops them`)
  },
})
