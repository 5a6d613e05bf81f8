export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check whether the service is up
         * @description Responds as soon as the process accepts requests, without a query to its database or Redis. Anyone may call it.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with a password
         * @description Exchanges a username or an email address and its password for an access token, and starts a session. The refresh token of the session comes in a cookie, or in the body if `refresh_token_in` says so. Accepts the form of OAuth 2's password grant, or the same properties as JSON. Unknown properties are ignored, and so are empty fields of a form. Anyone may call it. Wrong credentials are a 401 that does not reveal whether the user exists.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a new access token
         * @description Exchanges the refresh token, from the cookie or the body, for an access token and the next refresh token, which comes back the way the old one was sent. Each refresh token works once. Requests of one client may overlap: within ten seconds of its first use, a token can be sent again any number of times, and the response has the newest token of the session. A used token that is sent later ends the session, because it may have been stolen. Anyone may call it.
         */
        post: operations["refreshToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Ends the session that the access token belongs to. Every process rejects this token and the session's refresh token from now on. The response removes the cookie. Any user who is logged in may call it.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the users
         * @description Returns the public profiles of all active users page by page: the newest first, or in the order of `sort`. `q` searches them. Any user who is logged in may call it. A cursor that was not issued by this list is a 422.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Sign up
         * @description Creates a user and returns the account. Anyone may call it. A username or email address that another active user has is a 409.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get your account
         * @description Returns the user that the access token belongs to, with the email address. Any user who is logged in may call it.
         */
        get: operations["getCurrentUser"];
        put?: never;
        post?: never;
        /**
         * Delete your account
         * @description Deletes the account: it and its data are no longer visible, and its tokens stop working. The username and the email address are free at once. Any user who is logged in may call it.
         */
        delete: operations["deleteCurrentUser"];
        options?: never;
        head?: never;
        /**
         * Update your account
         * @description Changes the properties that are sent and returns the account. A new username frees the old one at once. The `ETag` of the response is the one that `getCurrentUser` returns. Any user who is logged in may call it. A username or email address that another active user has is a 409.
         */
        patch: operations["updateCurrentUser"];
        trace?: never;
    };
    "/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your password
         * @description Sets a new password and ends all of the caller's sessions, including this one. Any user who is logged in may call it. A wrong current password is a 403.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your sessions
         * @description Returns where the caller is logged in, newest first, page by page. Any user who is logged in may call it, and sees only their own sessions.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your sessions
         * @description Ends a session. Every process rejects its access tokens and its refresh token from now on. Any user who is logged in may call it. An unknown session and the session of another user are a 404.
         */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a public profile
         * @description Returns the public data of a user, without the email address. Anyone may call it. A username that no active user has is a 404.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /**
         * Delete an account
         * @description Deletes the account: it and its data are no longer visible, and its tokens stop working. The username and the email address are free at once. Only the user and superusers may call it; any other caller gets a 403.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Update an account
         * @description Changes the properties that are sent and returns the account. A new username frees the old one at once. The `ETag` of the response is the one that `getUser` returns. A username or email address that another active user has is a 409. Only the user and superusers may call it; any other caller gets a 403.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/users/{username}/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's posts
         * @description Returns the user's posts page by page, each with the first 200 characters of its text: the newest first, or in the order of `sort`. `q` searches them. Anyone may call it. A username that no active user has is a 404; a cursor that was not issued by this list is a 422.
         */
        get: operations["listPosts"];
        put?: never;
        /**
         * Write a post
         * @description Creates a post under your own name. Only the user and superusers may call it; any other caller gets a 403.
         */
        post: operations["createPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{username}/posts/{postId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a post
         * @description Returns one of the user's posts. Anyone may call it. A deleted post, or another user's, is a 404.
         */
        get: operations["getPost"];
        put?: never;
        post?: never;
        /**
         * Delete a post
         * @description Deletes a post: it is no longer visible. It cannot be restored; a superuser can hard delete it. Only the user and superusers may call it; any other caller gets a 403.
         */
        delete: operations["deletePost"];
        options?: never;
        head?: never;
        /**
         * Update a post
         * @description Changes the properties that are sent and returns the post. Only the user and superusers may call it; any other caller gets a 403. A deleted post, or another user's, is a 404.
         */
        patch: operations["updatePost"];
        trace?: never;
    };
    "/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all users, active and deleted
         * @description Returns every user with all of their data page by page: the newest first, or in the order of `sort`. `status` filters them, `q` searches them. Only superusers may call it; any other caller gets a 403.
         */
        get: operations["listAllUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Hard delete a user
         * @description Removes a user permanently, whether deleted or active, with everything that belongs to them. This cannot be undone. Only superusers may call it; any other caller gets a 403.
         */
        delete: operations["eraseUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/posts/{postId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Hard delete a post
         * @description Removes a post permanently, by any author, whether it is deleted or active. This cannot be undone. Only superusers may call it; any other caller gets a 403.
         */
        delete: operations["erasePost"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/tasks/{taskId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a failed task
         * @description Puts a failed task back into the queue with all of its attempts restored. A task in any other state is a 409. Only superusers may call it, for the task of any user; any other caller gets a 403.
         */
        post: operations["retryTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your tasks
         * @description Returns the caller's tasks, newest first, page by page. `status` and `type` filter them. Any user who is logged in may call it. A cursor that was not issued by this list is a 422.
         */
        get: operations["listTasks"];
        put?: never;
        /**
         * Run a task in the background
         * @description Accepts a task and responds before it runs; `Location` is where to follow it. Any user who is logged in may call it. An unknown `type`, or an `input` that does not match it, is a 422. It is a 409 while too many of the caller's tasks wait for their first attempt.
         */
        post: operations["createTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{taskId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a task
         * @description Returns the task with its status and, once it has finished, its `result` or its `problem`. Only the user who created the task may call it; any other caller gets a 404, as for an id that does not exist.
         */
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{taskId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a task
         * @description Streams the task in its current state and in each later one, until it has finished. The id of an event is the version of the task. A client that reconnects with `Last-Event-ID` gets the current state only if it is newer. Only the user who created the task may call it; any other caller gets a 404.
         */
        get: operations["getTaskEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{taskId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a task
         * @description A queued task is `cancelled` at once and does not run. A running task becomes `cancelling` and is asked to stop; it ends as `cancelled`, or as `succeeded` if it finishes first. Cancelling a task twice has the same effect as once. A task that has succeeded or failed is a 409. Only the user who created the task may call it; any other caller gets a 404.
         */
        post: operations["cancelTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The id under which the service logged the request. */
        RequestId: string;
        /**
         * @description The state of the service.
         * @example {
         *       "status": "ok",
         *       "version": "0.1.0"
         *     }
         */
        Health: {
            /**
             * @description The service answers requests.
             * @enum {string}
             */
            status: "ok";
            /** @description The version of the service that answered. */
            version: string;
        };
        /**
         * @description The kind of problem. Programs go by this stable code. New codes may be added at any time: treat an unknown code as the status says.
         * @enum {string}
         */
        ProblemCode: "malformed_request" | "unauthenticated" | "invalid_credentials" | "invalid_refresh_token" | "forbidden" | "wrong_password" | "not_found" | "method_not_allowed" | "not_acceptable" | "username_taken" | "email_taken" | "task_finished" | "task_not_failed" | "too_many_tasks" | "idempotency_key_in_use" | "idempotency_key_reused" | "precondition_failed" | "payload_too_large" | "unsupported_media_type" | "validation_failed" | "rate_limited" | "internal_error" | "unavailable";
        /** @description One field error, and where it is. */
        ProblemError: {
            /** @description A JSON pointer into the request, which begins with its part: `/body/name`, `/query/limit`, `/path/username`. */
            pointer: string;
            /** @description What is wrong there, for people. */
            detail: string;
        };
        /** @description Why a request was not fulfilled (RFC 9457). */
        Problem: {
            /** @description The kind of problem, as a URI reference that says the same as `code`. It leads to a page that says when the problem happens and what to do. */
            type: string;
            /** @description The kind of problem, in words. The same for each problem of a kind. */
            title: string;
            /** @description The status code of the response. */
            status: number;
            /** @description What went wrong this time, for people. */
            detail: string;
            code: components["schemas"]["ProblemCode"];
            requestId: components["schemas"]["RequestId"];
            /** @description Each field error of a request that does not match this document. */
            errors?: components["schemas"]["ProblemError"][];
        };
        /** @description The password grant of OAuth 2 (RFC 6749, section 4.3). As OAuth 2 requires, properties that are not listed here are ignored, among them `client_id`, `client_secret` and `scope`: clients have no credentials and tokens carry no scopes. */
        LoginRequest: {
            /**
             * @description OAuth 2 clients send it; it may be left out.
             * @constant
             */
            grant_type?: "password";
            /**
             * @description The username or the email address.
             * @example ada
             */
            username: string;
            /**
             * @description The password.
             * @example Correct-horse-7
             */
            password: string;
            /**
             * @description Where the answer has the refresh token: in a cookie that scripts cannot read, which is for browsers, or in the body, for clients without cookies. Without it, in the cookie.
             * @enum {string}
             */
            refresh_token_in?: "cookie" | "body";
        } & {
            [key: string]: unknown;
        };
        /** @description A refresh token. It works for one refresh, which returns the next one. Opaque to clients, and as secret as a password. */
        RefreshToken: string;
        /**
         * @description The response of a token request, with the property names of RFC 6749, section 5.1.
         * @example {
         *       "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTkzNWYzZS03YzFhLTdiM2UtOWQ0My0yZjFjNWE4ZTZiMDEiLCJleHAiOjE3MzI1MjgzNDN9.c2lnbmF0dXJlLW5vdC1yZWFsLWV4YW1wbGUtb25seSE",
         *       "token_type": "Bearer",
         *       "expires_in": 900
         *     }
         */
        Token: {
            /** @description The token to send in the header `Authorization`, after `Bearer`. Opaque to clients. */
            access_token: string;
            /**
             * @description How the token is sent.
             * @constant
             */
            token_type: "Bearer";
            /** @description For how many seconds the token is valid. */
            expires_in: number;
            refresh_token?: components["schemas"]["RefreshToken"];
        };
        /** @description The refresh grant of OAuth 2 (RFC 6749, section 6), for clients that keep the refresh token themselves. As OAuth 2 requires, properties that are not listed here are ignored. */
        RefreshRequest: {
            /**
             * @description OAuth 2 clients send it; it may be left out.
             * @constant
             */
            grant_type?: "refresh_token";
            /** @description The refresh token. Without it, or with null, the one in the cookie is used. */
            refresh_token?: string | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * @description A part of a text. An index of trigrams finds it by three letters or digits in a row.
         * @example ada
         */
        SearchText: string;
        /**
         * Format: uuid
         * @description A UUIDv7, made by the service. Ids sort by time of creation.
         */
        ResourceId: string;
        /** @description The name to show: one line that begins with a visible character and does not end in white space. */
        DisplayName: string;
        /** @description The name in URLs, unique among active users. Lower-case letters and digits; `me` is reserved. */
        Username: string;
        /**
         * Format: uri
         * @description The URL of the profile picture, with http or https. Null for none.
         */
        ProfileImageUrl: string | null;
        /**
         * @description The public profile of a user.
         * @example {
         *       "id": "01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01",
         *       "name": "Ada Lovelace",
         *       "username": "ada",
         *       "profileImageUrl": "https://images.example.com/ada.png",
         *       "createdAt": "2024-11-24T17:35:50.810Z"
         *     }
         */
        PublicUser: {
            id: components["schemas"]["ResourceId"];
            name: components["schemas"]["DisplayName"];
            username: components["schemas"]["Username"];
            profileImageUrl: components["schemas"]["ProfileImageUrl"];
            /**
             * Format: date-time
             * @description When the user signed up.
             */
            createdAt: string;
        };
        /**
         * @description The `cursor` of the next page. Null on the last page.
         * @example AZNfPnwaez6dQy8cWo5rAQ
         */
        NextCursor: string | null;
        /** @description One page of public profiles. */
        UserPage: {
            /** @description The users of this page. */
            items: components["schemas"]["PublicUser"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /**
         * Format: email
         * @description An email address, unique among active users. Compared without regard to case.
         */
        Email: string;
        /**
         * Format: password
         * @description 8 to 72 bytes in UTF-8, with at least three of: lower-case letters, upper-case letters, digits, other characters. Counted after Unicode normalization (NFKC), so that every keyboard and system sends the same password.
         */
        Password: string;
        /** @description What a new user provides to sign up. */
        UserCreate: {
            name: components["schemas"]["DisplayName"];
            username: components["schemas"]["Username"];
            email: components["schemas"]["Email"];
            password: components["schemas"]["Password"];
            profileImageUrl?: components["schemas"]["ProfileImageUrl"];
        };
        /**
         * @description A user, as that user and superusers see it.
         * @example {
         *       "id": "01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01",
         *       "name": "Ada Lovelace",
         *       "username": "ada",
         *       "email": "ada@example.com",
         *       "profileImageUrl": "https://images.example.com/ada.png",
         *       "isSuperuser": false,
         *       "createdAt": "2024-11-24T17:35:50.810Z",
         *       "updatedAt": "2024-11-24T17:35:50.810Z"
         *     }
         */
        User: {
            id: components["schemas"]["ResourceId"];
            name: components["schemas"]["DisplayName"];
            username: components["schemas"]["Username"];
            email: components["schemas"]["Email"];
            profileImageUrl: components["schemas"]["ProfileImageUrl"];
            /** @description Whether the user may act on resources of other users. */
            isSuperuser: boolean;
            /**
             * Format: date-time
             * @description When the user signed up.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the user was last changed.
             */
            updatedAt: string;
        };
        /** @description The changes to an account. Properties that are left out keep their values. */
        UserUpdate: {
            name?: components["schemas"]["DisplayName"];
            username?: components["schemas"]["Username"];
            email?: components["schemas"]["Email"];
            profileImageUrl?: components["schemas"]["ProfileImageUrl"];
        };
        /** @description A new password, and the current one as proof of identity. */
        PasswordChange: {
            /** @description The current password. */
            currentPassword: string;
            newPassword: components["schemas"]["Password"];
        };
        /**
         * @description A login of a user. It issues access tokens until it ends.
         * @example {
         *       "id": "01936312-4b8e-7f05-a1c9-5d7e20b68f33",
         *       "isCurrent": true,
         *       "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
         *       "createdAt": "2024-11-25T11:25:54.318Z",
         *       "refreshedAt": "2024-11-25T11:55:21.107Z",
         *       "expiresAt": "2024-12-02T11:55:21.107Z"
         *     }
         */
        Session: {
            id: components["schemas"]["ResourceId"];
            /** @description Whether the request that reads this belongs to this session. */
            isCurrent: boolean;
            /** @description The beginning of what the client called itself when it logged in. */
            userAgent: string | null;
            /**
             * Format: date-time
             * @description When the user logged in.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the session was last refreshed.
             */
            refreshedAt: string;
            /**
             * Format: date-time
             * @description When the session ends if it is not refreshed before.
             */
            expiresAt: string;
        };
        /** @description One page of sessions, newest first. */
        SessionPage: {
            /** @description The sessions of this page. */
            items: components["schemas"]["Session"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description The title of the post: one line that begins with a visible character and does not end in white space. */
        PostTitle: string;
        /**
         * Format: uri
         * @description The URL of an image or a video that belongs to the post, with http or https. Null for none.
         */
        MediaUrl: string | null;
        /**
         * @description A post as lists show it. `getPost` returns the whole text.
         * @example {
         *       "id": "01936298-0d4f-7a3c-9b51-6c2de80f7a14",
         *       "title": "Notes on the engine",
         *       "excerpt": "It weaves algebraical patterns just as the loom weaves flowers and leaves.",
         *       "mediaUrl": "https://images.example.com/engine.png",
         *       "createdAt": "2024-11-25T09:12:32.463Z",
         *       "updatedAt": "2024-11-25T09:12:32.463Z"
         *     }
         */
        PostSummary: {
            id: components["schemas"]["ResourceId"];
            title: components["schemas"]["PostTitle"];
            /** @description The first 200 characters of the text. */
            excerpt: string;
            mediaUrl: components["schemas"]["MediaUrl"];
            /**
             * Format: date-time
             * @description When the post was written.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the post was last changed.
             */
            updatedAt: string;
        };
        /** @description One page of posts. */
        PostPage: {
            /** @description The posts of this page. */
            items: components["schemas"]["PostSummary"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description The text of the post. It has at least one visible character. */
        PostText: string;
        /** @description A new post. */
        PostCreate: {
            title: components["schemas"]["PostTitle"];
            text: components["schemas"]["PostText"];
            mediaUrl?: components["schemas"]["MediaUrl"];
        };
        /**
         * @description A post.
         * @example {
         *       "id": "01936298-0d4f-7a3c-9b51-6c2de80f7a14",
         *       "title": "Notes on the engine",
         *       "text": "It weaves algebraical patterns just as the loom weaves flowers and leaves.",
         *       "mediaUrl": "https://images.example.com/engine.png",
         *       "createdAt": "2024-11-25T09:12:32.463Z",
         *       "updatedAt": "2024-11-25T09:12:32.463Z"
         *     }
         */
        Post: {
            id: components["schemas"]["ResourceId"];
            title: components["schemas"]["PostTitle"];
            text: components["schemas"]["PostText"];
            mediaUrl: components["schemas"]["MediaUrl"];
            /**
             * Format: date-time
             * @description When the post was written.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the post was last changed.
             */
            updatedAt: string;
        };
        /** @description The changes to a post. Properties that are left out keep their values. */
        PostUpdate: {
            title?: components["schemas"]["PostTitle"];
            text?: components["schemas"]["PostText"];
            mediaUrl?: components["schemas"]["MediaUrl"];
        };
        /**
         * @description Whether a user can log in. A `deleted` user is kept for a while, and only superusers see it.
         * @enum {string}
         */
        UserStatus: "active" | "deleted";
        /**
         * @description A user, deleted or not, as superusers see it.
         * @example {
         *       "id": "01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01",
         *       "name": "Ada Lovelace",
         *       "username": "ada",
         *       "email": "ada@example.com",
         *       "profileImageUrl": "https://images.example.com/ada.png",
         *       "isSuperuser": false,
         *       "createdAt": "2024-11-24T17:35:50.810Z",
         *       "updatedAt": "2024-11-24T17:35:50.810Z",
         *       "deletedAt": null
         *     }
         */
        AnyUser: {
            id: components["schemas"]["ResourceId"];
            name: components["schemas"]["DisplayName"];
            username: components["schemas"]["Username"];
            email: components["schemas"]["Email"];
            profileImageUrl: components["schemas"]["ProfileImageUrl"];
            /** @description Whether the user may act on resources of other users. */
            isSuperuser: boolean;
            /**
             * Format: date-time
             * @description When the user signed up.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the user was last changed.
             */
            updatedAt: string;
            /**
             * Format: date-time
             * @description When the user was deleted. Null for an active one.
             */
            deletedAt: string | null;
        };
        /** @description One page of users. */
        AnyUserPage: {
            /** @description The users of this page. */
            items: components["schemas"]["AnyUser"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description The input of a greeting. */
        GreetInput: {
            /** @description The name to greet. It has at least one visible character. */
            name: string;
        };
        /**
         * @description The state of the task. A `queued` task waits for its first or its next attempt. A `cancelling` task was cancelled while it ran. `succeeded`, `failed` and `cancelled` are final.
         * @enum {string}
         */
        TaskStatus: "queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled";
        /** @description The progress in per cent. */
        TaskProgress: number;
        /** @description How many attempts have started. More than one if an attempt failed or its worker was lost. */
        TaskAttempts: number;
        /** @description The result of a greeting. Present if and only if the task has succeeded. */
        GreetResult: {
            /** @description The greeting. */
            message: string;
        };
        /** @description Why a task failed. Present if and only if the task has failed. */
        TaskProblem: {
            /**
             * @description What kind of failure it is. Programs go by this.
             * @enum {string}
             */
            code: "task_failed";
            /** @description What went wrong, for people. */
            detail: string;
        };
        /**
         * Format: date-time
         * @description A point in time, in UTC.
         */
        Timestamp: string;
        /**
         * Format: date-time
         * @description When the first attempt started. Null before that.
         */
        TaskStartedAt: string | null;
        /**
         * Format: date-time
         * @description When the task succeeded, failed or was cancelled. Null before that.
         */
        TaskFinishedAt: string | null;
        /**
         * @description A task that greets a person.
         * @example {
         *       "id": "01936299-6ff7-7c52-8e1b-6a90d4f3c217",
         *       "type": "greet",
         *       "input": {
         *         "name": "Ada"
         *       },
         *       "status": "succeeded",
         *       "progress": 100,
         *       "attempts": 1,
         *       "result": {
         *         "message": "Hello, Ada!"
         *       },
         *       "createdAt": "2024-11-25T09:14:03.127Z",
         *       "updatedAt": "2024-11-25T09:14:03.894Z",
         *       "startedAt": "2024-11-25T09:14:03.310Z",
         *       "finishedAt": "2024-11-25T09:14:03.894Z"
         *     }
         */
        GreetTask: {
            id: components["schemas"]["ResourceId"];
            /**
             * @description The kind of task.
             * @constant
             */
            type: "greet";
            input: components["schemas"]["GreetInput"];
            status: components["schemas"]["TaskStatus"];
            progress: components["schemas"]["TaskProgress"];
            attempts: components["schemas"]["TaskAttempts"];
            result?: components["schemas"]["GreetResult"];
            problem?: components["schemas"]["TaskProblem"];
            createdAt: components["schemas"]["Timestamp"];
            updatedAt: components["schemas"]["Timestamp"];
            startedAt: components["schemas"]["TaskStartedAt"];
            finishedAt: components["schemas"]["TaskFinishedAt"];
        };
        /** @description A task and how far it has come. Its `type` decides what `input` and `result` hold. */
        Task: components["schemas"]["GreetTask"];
        /**
         * @description A kind of task.
         * @enum {string}
         */
        TaskType: "greet";
        /** @description One page of tasks, newest first. */
        TaskPage: {
            /** @description The tasks of this page. */
            items: components["schemas"]["Task"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A request to greet a person. */
        GreetTaskCreate: {
            /**
             * @description The kind of task.
             * @constant
             */
            type: "greet";
            input: components["schemas"]["GreetInput"];
        };
        /** @description The task to run. Its `type` decides what `input` holds. */
        TaskCreate: components["schemas"]["GreetTaskCreate"];
    };
    responses: {
        /** @description The response that the client has is current. */
        NotModified: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                ETag: components["headers"]["ETag"];
                "Cache-Control": components["headers"]["CacheControl"];
                Vary: components["headers"]["Vary"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The request cannot be parsed, for example because of broken JSON or percent-encoding. */
        MalformedRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The header `Accept` excludes every media type that the operation returns. */
        NotAcceptable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request does not match this document. `errors` lists each field error and its place. */
        ValidationFailed: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Any other error, as a problem document: a method that the URL does not have (405, with `Allow`), an error of the service itself (500), and statuses that later versions add. */
        UnexpectedError: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No user has this username or email address with this password. The response does not reveal which of them is wrong. */
        InvalidCredentials: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than the service accepts. */
        PayloadTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The operation does not read bodies of this media type or content encoding. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The quota of the caller, or of the address, is used up. `Retry-After` says when to retry. */
        RateLimited: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The service cannot reach its database at the moment. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no refresh token, or it is no longer valid. A token that was used before ends its session, because it may have been stolen. */
        InvalidRefreshToken: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                "Set-Cookie": components["headers"]["SetRefreshCookie"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request has no valid access token. */
        Unauthenticated: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Another user has the username or the email address. */
        Conflict: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The resource is no longer in a state that the client named. */
        PreconditionFailed: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The current password is wrong. */
        WrongPassword: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The resource does not exist, or the caller may not see it. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller is not allowed to do this. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Another request with the same `Idempotency-Key` is in progress. */
        KeyInUse: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request does not match this document, or its `Idempotency-Key` was sent with another request. `errors` lists each field error and its place. */
        InvalidOrKeyReused: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The state of the task does not allow this. */
        TaskConflict: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description As many of the caller's tasks wait as may. Or: Another request with the same `Idempotency-Key` is in progress. */
        TooManyTasksOrKeyInUse: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /**
         * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
         * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
         */
        IfNoneMatch: string;
        /**
         * @description Returns only users whose name or username contains this text, without regard to case. It must have three letters or digits in a row.
         * @example ada
         */
        UserSearch: components["schemas"]["SearchText"];
        /**
         * @description The order of the users: a field, with a minus for descending. Without it the newest come first, as with `-createdAt`.
         * @example name
         */
        UserSort: "createdAt" | "-createdAt" | "name" | "-name";
        /**
         * @description The maximum number of items on a page.
         * @example 20
         */
        Limit: number;
        /**
         * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and valid for the same list in the same order with the same filters. Leave it out for the first page.
         * @example AZNfPnwaez6dQy8cWo5rAQ
         */
        Cursor: string;
        /**
         * @description Entity tags of states that the client knows. If none of them is the current one of this URL, nothing is changed and the response is a 412. `*` stands for any state.
         * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
         */
        IfMatch: string;
        /**
         * @description The session's id.
         * @example 01936312-4b8e-7f05-a1c9-5d7e20b68f33
         */
        SessionId: components["schemas"]["ResourceId"];
        /**
         * @description The user's current username.
         * @example ada
         */
        Username: components["schemas"]["Username"];
        /**
         * @description Returns only posts whose title contains this text, without regard to case. It must have three letters or digits in a row.
         * @example engine
         */
        PostSearch: components["schemas"]["SearchText"];
        /**
         * @description The order of the posts: a field, with a minus for descending. Without it the newest come first, as with `-createdAt`.
         * @example title
         */
        PostSort: "createdAt" | "-createdAt" | "title" | "-title";
        /**
         * @description A text that the client chooses for this request, such as a UUID. The same request with the same key runs once. For 24 hours, a repeated request gets the first response.
         * @example 0193629c-2b7e-7f64-a3d1-58c0e94b1f02
         */
        IdempotencyKey: string;
        /**
         * @description The post's id.
         * @example 01936298-0d4f-7a3c-9b51-6c2de80f7a14
         */
        PostId: components["schemas"]["ResourceId"];
        /**
         * @description Returns only users in one of these states, as in `status=active&status=deleted`. A user is `deleted` from `deletedAt` on.
         * @example [
         *       "active",
         *       "deleted"
         *     ]
         */
        UserStatus: components["schemas"]["UserStatus"][];
        /**
         * @description Returns only users whose name, username or email address contains this text, without regard to case. It must have three letters or digits in a row.
         * @example ada
         */
        AnyUserSearch: components["schemas"]["SearchText"];
        /**
         * @description The order of the users: a field, with a minus for descending. Users without it come last. Without `sort` the newest come first, as with `-createdAt`.
         * @example -deletedAt
         */
        AnyUserSort: "createdAt" | "-createdAt" | "deletedAt" | "-deletedAt";
        /**
         * @description The user's id.
         * @example 01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01
         */
        UserId: components["schemas"]["ResourceId"];
        /**
         * @description The task's id.
         * @example 01936299-6ff7-7c52-8e1b-6a90d4f3c217
         */
        TaskId: components["schemas"]["ResourceId"];
        /**
         * @description Returns only tasks in one of these states, as in `status=queued&status=running`.
         * @example [
         *       "queued",
         *       "running"
         *     ]
         */
        TaskStatus: components["schemas"]["TaskStatus"][];
        /**
         * @description Returns only tasks of this type.
         * @example greet
         */
        TaskType: components["schemas"]["TaskType"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description The id under which the service logged this request.
         * @example 0193629f-8458-7d0e-b6c4-08f5a2e97b3d
         */
        RequestId: components["schemas"]["RequestId"];
        /**
         * @description Identifies this state of the resource (a strong validator, RFC 9110). Send it in `If-None-Match` to get a 304 while nothing has changed, or in `If-Match` to change only this state.
         * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
         */
        ETag: string;
        /**
         * @description Who may store this response, and for how many seconds (RFC 9111).
         * @example no-cache
         */
        CacheControl: string;
        /**
         * @description The request headers that the response depends on.
         * @example Accept
         */
        Vary: string;
        /**
         * @description How many requests are left in the operation's quota, and in how many seconds it is full again (draft-ietf-httpapi-ratelimit-headers-10). Missing if the service runs without limits.
         * @example "updateUser";r=59;t=60
         */
        RateLimit: string;
        /**
         * @description The operation's quota of requests, and its window in seconds. Missing together with `RateLimit`.
         * @example "updateUser";q=60;w=60
         */
        RateLimitPolicy: string;
        /**
         * @description Sets the refresh token for the path of `refreshToken` in the browser. An empty value removes it.
         * @example refresh_token=wQm3ynE0cYb5g2rJdT8uK1hPzXv7Lf4sNoAiRqUeGxk; Path=/api/v1/refresh; Max-Age=604800; HttpOnly; SameSite=Strict; Secure
         */
        SetRefreshCookie: string;
        /**
         * @description The scheme to authenticate with (RFC 6750).
         * @example Bearer realm="api"
         */
        WwwAuthenticate: string;
        /**
         * @description In how many seconds to retry.
         * @example 5
         */
        RetryAfter: number;
        /**
         * @description What the server's cache did (RFC 9211): `hit`, or `fwd` with the reason why the response was computed, and `stored` if it is cached from now on.
         * @example api; hit
         */
        CacheStatus: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service is up. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["MalformedRequest"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["LoginRequest"];
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description The access token. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Set-Cookie": components["headers"]["SetRefreshCookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["InvalidCredentials"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    refreshToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description The new access token. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Set-Cookie": components["headers"]["SetRefreshCookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["InvalidRefreshToken"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Set-Cookie": components["headers"]["SetRefreshCookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /**
                 * @description Returns only users whose name or username contains this text, without regard to case. It must have three letters or digits in a row.
                 * @example ada
                 */
                q?: components["parameters"]["UserSearch"];
                /**
                 * @description The order of the users: a field, with a minus for descending. Without it the newest come first, as with `-createdAt`.
                 * @example name
                 */
                sort?: components["parameters"]["UserSort"];
                /**
                 * @description The maximum number of items on a page.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and valid for the same list in the same order with the same filters. Leave it out for the first page.
                 * @example AZNfPnwaez6dQy8cWo5rAQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Vary: components["headers"]["Vary"];
                    "Cache-Status": components["headers"]["CacheStatus"];
                    /**
                     * @description The next page, as a web link (RFC 8288). Missing on the last page.
                     * @example </api/v1/users?limit=1&cursor=AZNfPnwaez6dQy8cWo5rAQ>; rel="next"
                     */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserCreate"];
            };
        };
        responses: {
            /** @description The new user. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    /**
                     * @description The URL of the new resource, as a path on the same host.
                     * @example /api/v1/users/ada
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getCurrentUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller's account. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Vary: components["headers"]["Vary"];
                    "Cache-Status": components["headers"]["CacheStatus"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    deleteCurrentUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of states that the client knows. If none of them is the current one of this URL, nothing is changed and the response is a 412. `*` stands for any state.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is deleted. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Set-Cookie": components["headers"]["SetRefreshCookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    updateCurrentUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of states that the client knows. If none of them is the current one of this URL, nothing is changed and the response is a 412. `*` stands for any state.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserUpdate"];
            };
        };
        responses: {
            /** @description The updated account. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description The password is changed, and all sessions have ended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Set-Cookie": components["headers"]["SetRefreshCookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["WrongPassword"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /**
                 * @description The maximum number of items on a page.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and valid for the same list in the same order with the same filters. Leave it out for the first page.
                 * @example AZNfPnwaez6dQy8cWo5rAQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Vary: components["headers"]["Vary"];
                    /**
                     * @description The next page, as a web link (RFC 8288). Missing on the last page.
                     * @example </api/v1/users/me/sessions?limit=1&cursor=AZNfPnwaez6dQy8cWo5rAQ>; rel="next"
                     */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The session's id.
                 * @example 01936312-4b8e-7f05-a1c9-5d7e20b68f33
                 */
                sessionId: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The user's current username.
                 * @example ada
                 */
                username: components["parameters"]["Username"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public profile. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Vary: components["headers"]["Vary"];
                    "Cache-Status": components["headers"]["CacheStatus"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicUser"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["MalformedRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of states that the client knows. If none of them is the current one of this URL, nothing is changed and the response is a 412. `*` stands for any state.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The user's current username.
                 * @example ada
                 */
                username: components["parameters"]["Username"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is deleted. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of states that the client knows. If none of them is the current one of this URL, nothing is changed and the response is a 412. `*` stands for any state.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The user's current username.
                 * @example ada
                 */
                username: components["parameters"]["Username"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserUpdate"];
            };
        };
        responses: {
            /** @description The updated account. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    listPosts: {
        parameters: {
            query?: {
                /**
                 * @description Returns only posts whose title contains this text, without regard to case. It must have three letters or digits in a row.
                 * @example engine
                 */
                q?: components["parameters"]["PostSearch"];
                /**
                 * @description The order of the posts: a field, with a minus for descending. Without it the newest come first, as with `-createdAt`.
                 * @example title
                 */
                sort?: components["parameters"]["PostSort"];
                /**
                 * @description The maximum number of items on a page.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and valid for the same list in the same order with the same filters. Leave it out for the first page.
                 * @example AZNfPnwaez6dQy8cWo5rAQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The user's current username.
                 * @example ada
                 */
                username: components["parameters"]["Username"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of posts. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Vary: components["headers"]["Vary"];
                    "Cache-Status": components["headers"]["CacheStatus"];
                    /**
                     * @description The next page, as a web link (RFC 8288). Missing on the last page.
                     * @example </api/v1/users/ada/posts?limit=1&cursor=AZNfPnwaez6dQy8cWo5rAQ>; rel="next"
                     */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["MalformedRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    createPost: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A text that the client chooses for this request, such as a UUID. The same request with the same key runs once. For 24 hours, a repeated request gets the first response.
                 * @example 0193629c-2b7e-7f64-a3d1-58c0e94b1f02
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The user's current username.
                 * @example ada
                 */
                username: components["parameters"]["Username"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostCreate"];
            };
        };
        responses: {
            /** @description The new post. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    /**
                     * @description The URL of the new resource, as a path on the same host.
                     * @example /api/v1/users/ada/posts/01936298-0d4f-7a3c-9b51-6c2de80f7a14
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["KeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidOrKeyReused"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getPost: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The user's current username.
                 * @example ada
                 */
                username: components["parameters"]["Username"];
                /**
                 * @description The post's id.
                 * @example 01936298-0d4f-7a3c-9b51-6c2de80f7a14
                 */
                postId: components["parameters"]["PostId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The post. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Vary: components["headers"]["Vary"];
                    "Cache-Status": components["headers"]["CacheStatus"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["MalformedRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    deletePost: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of states that the client knows. If none of them is the current one of this URL, nothing is changed and the response is a 412. `*` stands for any state.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The user's current username.
                 * @example ada
                 */
                username: components["parameters"]["Username"];
                /**
                 * @description The post's id.
                 * @example 01936298-0d4f-7a3c-9b51-6c2de80f7a14
                 */
                postId: components["parameters"]["PostId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The post is deleted. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    updatePost: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of states that the client knows. If none of them is the current one of this URL, nothing is changed and the response is a 412. `*` stands for any state.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The user's current username.
                 * @example ada
                 */
                username: components["parameters"]["Username"];
                /**
                 * @description The post's id.
                 * @example 01936298-0d4f-7a3c-9b51-6c2de80f7a14
                 */
                postId: components["parameters"]["PostId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostUpdate"];
            };
        };
        responses: {
            /** @description The updated post. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    listAllUsers: {
        parameters: {
            query?: {
                /**
                 * @description Returns only users in one of these states, as in `status=active&status=deleted`. A user is `deleted` from `deletedAt` on.
                 * @example [
                 *       "active",
                 *       "deleted"
                 *     ]
                 */
                status?: components["parameters"]["UserStatus"];
                /**
                 * @description Returns only users whose name, username or email address contains this text, without regard to case. It must have three letters or digits in a row.
                 * @example ada
                 */
                q?: components["parameters"]["AnyUserSearch"];
                /**
                 * @description The order of the users: a field, with a minus for descending. Users without it come last. Without `sort` the newest come first, as with `-createdAt`.
                 * @example -deletedAt
                 */
                sort?: components["parameters"]["AnyUserSort"];
                /**
                 * @description The maximum number of items on a page.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and valid for the same list in the same order with the same filters. Leave it out for the first page.
                 * @example AZNfPnwaez6dQy8cWo5rAQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Vary: components["headers"]["Vary"];
                    /**
                     * @description The next page, as a web link (RFC 8288). Missing on the last page.
                     * @example </api/v1/admin/users?limit=1&cursor=AZNfPnwaez6dQy8cWo5rAQ>; rel="next"
                     */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnyUserPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    eraseUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The user's id.
                 * @example 01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01
                 */
                userId: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is removed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    erasePost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The post's id.
                 * @example 01936298-0d4f-7a3c-9b51-6c2de80f7a14
                 */
                postId: components["parameters"]["PostId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The post is removed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    retryTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The task's id.
                 * @example 01936299-6ff7-7c52-8e1b-6a90d4f3c217
                 */
                taskId: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task is queued again. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["TaskConflict"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /**
                 * @description Returns only tasks in one of these states, as in `status=queued&status=running`.
                 * @example [
                 *       "queued",
                 *       "running"
                 *     ]
                 */
                status?: components["parameters"]["TaskStatus"];
                /**
                 * @description Returns only tasks of this type.
                 * @example greet
                 */
                type?: components["parameters"]["TaskType"];
                /**
                 * @description The maximum number of items on a page.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and valid for the same list in the same order with the same filters. Leave it out for the first page.
                 * @example AZNfPnwaez6dQy8cWo5rAQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the caller's tasks. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Vary: components["headers"]["Vary"];
                    /**
                     * @description The next page, as a web link (RFC 8288). Missing on the last page.
                     * @example </api/v1/tasks?limit=1&cursor=AZNfPnwaez6dQy8cWo5rAQ>; rel="next"
                     */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A text that the client chooses for this request, such as a UUID. The same request with the same key runs once. For 24 hours, a repeated request gets the first response.
                 * @example 0193629c-2b7e-7f64-a3d1-58c0e94b1f02
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskCreate"];
            };
        };
        responses: {
            /** @description The task is queued. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    /**
                     * @description The URL of the new resource, as a path on the same host.
                     * @example /api/v1/tasks/01936299-6ff7-7c52-8e1b-6a90d4f3c217
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["TooManyTasksOrKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidOrKeyReused"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags of responses that the client has. If one of them is current, the response is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The task's id.
                 * @example 01936299-6ff7-7c52-8e1b-6a90d4f3c217
                 */
                taskId: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task in its current state. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Vary: components["headers"]["Vary"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getTaskEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The task's id.
                 * @example 01936299-6ff7-7c52-8e1b-6a90d4f3c217
                 */
                taskId: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The states of the task. The data of each event is the task. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description The task has finished, and the client has seen its last state. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    cancelTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The task's id.
                 * @example 01936299-6ff7-7c52-8e1b-6a90d4f3c217
                 */
                taskId: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task in its current state. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["TaskConflict"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
}
