// `npm run infra`: runs only the private PostgreSQL and Redis, for knex and other tools, until Ctrl-C.
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
