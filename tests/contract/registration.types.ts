// What must not compile in a handler that creates something. See handler.types.ts.
import type { Handler } from '../../src/contract.ts'

const user = {} as Awaited<ReturnType<Handler<'createUser'>>>['body']
const headers = { Location: '/api/v1/users/ada' }

// Right: the control of this experiment.
export const createUser: Handler<'createUser'> = ({ body }) => ({
  status: 201,
  body: { ...user, name: body.name },
  headers,
})

// @ts-expect-error Location is required
export const noHeader: Handler<'createUser'> = () => ({ status: 201, body: user })

export const otherMember: Handler<'createUser'> = ({ body }) => {
  // @ts-expect-error a sign-up cannot create a superuser
  throw new Error(body.isSuperuser)
}
