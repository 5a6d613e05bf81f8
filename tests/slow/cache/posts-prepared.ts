// What there has to be for the jobs of posts to do something.
import type { Service } from '../../support/service.ts'

export const preparedPosts = (service: Service) => ({
  purgePosts: () => service.db('posts').update({ deleted_at: '2020-01-01' }),
})
