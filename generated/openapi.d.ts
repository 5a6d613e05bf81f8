export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell whether the service is up
         * @description Answers as soon as the process takes requests, without asking its database or Redis. Anyone may call it.
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
         * @description Exchanges a username, or an email address, and its password for an access token, and begins a session: its refresh token comes in a cookie, or in the body where `refresh_token_in` says so. Takes the form of OAuth 2's password grant, or the same members as JSON. Unknown members are ignored, and so are empty fields of a form. Anyone may call it; wrong credentials are a 401 that does not tell whether the user exists.
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
         * Get another access token
         * @description Exchanges the refresh token, from the cookie or the body, for an access token and the next refresh token, which comes the way the last one was sent. Each refresh token is good once. Requests of one client may cross: within ten seconds of its first use a token can be sent again, any number of times, and is answered with the newest token of the session. A used token that comes later ends the session, since it must have been stolen.
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
         * End this session
         * @description Ends the session that the access token belongs to: this token and the session's refresh token are refused from now on, by every process. Takes the cookie away. Any user who is logged in may call it.
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
         * @description Answers the public profiles of all present users, newest first, page by page. Any user who is logged in may call it; a cursor that was not issued by this list is a 422.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Sign up
         * @description Creates a user and answers that user's own view. Anyone may call it; a username or email address that another present user has is a 409.
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
         * Show one's own account
         * @description Answers the user whom the access token stands for, email address included. Any user who is logged in may call it.
         */
        get: operations["getCurrentUser"];
        put?: never;
        post?: never;
        /**
         * Delete one's own account
         * @description Deletes the account: nobody sees it or its posts any more, and its tokens end. The username and the email address are free at once. Any user who is logged in may call it.
         */
        delete: operations["deleteCurrentUser"];
        options?: never;
        head?: never;
        /**
         * Change one's own account
         * @description Changes the members that are sent and answers the new state; a new username frees the old one at once. Any user who is logged in may call it. A username or email address that another user has is a 409. The `ETag` of the answer is the one that `getCurrentUser` gives.
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
         * Take another password
         * @description Takes a new password and ends all of the caller's sessions, this one included: whoever had the old password is out. Any user who is logged in may call it; a wrong current password is a 403.
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
         * List one's own sessions
         * @description Answers where the caller is logged in, newest first, page by page. Any user who is logged in may call it, and sees their own sessions only.
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
         * End one of one's own sessions
         * @description Ends a session: its access tokens and its refresh token are refused from now on, by every process. Any user who is logged in may call it; a session of somebody else is a 404, as one that does not exist.
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
         * Show a public profile
         * @description Answers what everybody may know of a user; the email address is not among it. Anyone may call it; a username that no present user has is a 404.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /**
         * Delete an account
         * @description Deletes the account: nobody sees it or its posts any more, and its tokens end. The username and the email address are free at once. Only the user and superusers may call it: for anybody else it is a 403.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change an account
         * @description Changes the members that are sent and answers the new state; a new username frees the old one at once. The `ETag` of the answer is the one that `getUser` gives of it. Only the user and superusers may call it: for anybody else it is a 403. A username or email address that another present user has is a 409.
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
         * @description Answers the user's posts, newest first, page by page, each with the first 200 characters of its text. Anyone may call it; a username that no present user has is a 404, a cursor that was not issued by this list a 422.
         */
        get: operations["listPosts"];
        put?: never;
        /**
         * Write a post
         * @description Creates a post under one's own name. Only the user and superusers may call it: for anybody else it is a 403.
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
         * Show a post
         * @description Answers one of the user's posts. Anyone may call it; a post that is deleted, or another user's, is a 404.
         */
        get: operations["getPost"];
        put?: never;
        post?: never;
        /**
         * Delete a post
         * @description Takes a post away from everybody. It can be erased by a superuser, and not be brought back. Only the user and superusers may call it: for anybody else it is a 403.
         */
        delete: operations["deletePost"];
        options?: never;
        head?: never;
        /**
         * Change a post
         * @description Changes the members that are sent and answers the new state. Only the user and superusers may call it: for anybody else it is a 403. A post that is deleted, or another user's, is a 404.
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
         * List all users, deleted ones too
         * @description Answers every user with all that is known of them, newest first, page by page. Only superusers may call it: for anybody else it is a 403.
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
         * Erase a user
         * @description Removes a user for good, deleted or not, with their posts and tasks. There is no way back. Only superusers may call it: for anybody else it is a 403.
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
         * Erase a post
         * @description Removes a post for good, deleted or not, whoever wrote it. There is no way back. Only superusers may call it: for anybody else it is a 403.
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
         * Have a failed task tried again
         * @description Puts a task that was given up back into the queue, with all of its attempts before it. In any other state it is a 409. Only superusers may call it, for anybody's task: for anybody else it is a 403.
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
         * List one's own tasks
         * @description Answers the caller's tasks, newest first, page by page; in any state and of any kind, unless `status` and `type` say which. Any user who is logged in may call it; a cursor that was not issued by this list is a 422.
         */
        get: operations["listTasks"];
        put?: never;
        /**
         * Have a task run in the background
         * @description Accepts a task and answers before it has run; `Location` is where to follow it. Any user who is logged in may call it; an unknown `type`, or an `input` that does not fit it, is a 422.
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
         * Show how far a task has come
         * @description Answers the task with its status and, once it has finished, its `result` or its `problem`. Only the user who created the task may call it: for anybody else it is a 404, as for an id that does not exist.
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
         * Call a task off
         * @description A task that waits is `cancelled` at once and never runs (again). One that runs is `cancelling` and asked to end: it will be `cancelled`, or `succeeded` where it was quicker. Calling it off twice is the same as once; a task that has succeeded or failed is a 409. Only the user who created the task may call it: for anybody else it is a 404.
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
         * @description A sign of life.
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
         * @description The kind of problem. Stable; programs go by this. There may be new ones at any time: take one that you do not know for what the status says.
         * @enum {string}
         */
        ProblemCode: "malformed_request" | "unauthenticated" | "invalid_credentials" | "invalid_refresh_token" | "forbidden" | "wrong_password" | "not_found" | "method_not_allowed" | "not_acceptable" | "username_taken" | "email_taken" | "task_finished" | "task_not_failed" | "idempotency_key_in_use" | "idempotency_key_reused" | "precondition_failed" | "payload_too_large" | "unsupported_media_type" | "validation_failed" | "rate_limited" | "internal_error" | "unavailable";
        /** @description One fault of a request, and where it lies. */
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
            /** @description Each fault of a request that does not fit this document. */
            errors?: components["schemas"]["ProblemError"][];
        };
        /** @description The password grant of OAuth 2 (RFC 6749, section 4.3). As that asks for, members that are not listed here are ignored, among them `client_id`, `client_secret` and `scope`: clients have no credentials and tokens carry no scopes. */
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
        /** @description A refresh token: good for one refresh, which answers the next. Opaque to clients; a secret like a password. */
        RefreshToken: string;
        /**
         * @description An access token, as RFC 6749, section 5.1, names its members.
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
        /** @description The refresh grant of OAuth 2 (RFC 6749, section 6), for clients that keep the refresh token themselves. As that asks for, members that are not listed here are ignored. */
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
         * Format: uuid
         * @description A UUIDv7, made by the service. Ids sort by time of creation.
         */
        ResourceId: string;
        /** @description The name to show, as the person writes it: one line that begins with a visible character and does not end in white space. */
        DisplayName: string;
        /** @description The name in URLs, unique among present users. Lower-case letters and digits; `me` is reserved. */
        Username: string;
        /**
         * Format: uri
         * @description Where the profile picture is found, by http or https. Null means none.
         */
        ProfileImageUrl: string | null;
        /**
         * @description A user's public profile, as everybody sees it.
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
        /** @description One page of public profiles, newest first. */
        UserPage: {
            /** @description The users of this page. */
            items: components["schemas"]["PublicUser"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /**
         * Format: email
         * @description An email address, unique among present users. Compared without regard to case.
         */
        Email: string;
        /**
         * Format: password
         * @description 8 to 72 bytes in UTF-8, with at least three of: lower-case letters, upper-case letters, digits, other characters. Counted after Unicode normalization (NFKC), so that every keyboard and system sends the same password.
         */
        Password: string;
        /** @description What a person states to sign up. */
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
            /** @description Whether the user may act on what belongs to others. */
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
        /** @description What is to change. Members that are left out stay as they are. */
        UserUpdate: {
            name?: components["schemas"]["DisplayName"];
            username?: components["schemas"]["Username"];
            email?: components["schemas"]["Email"];
            profileImageUrl?: components["schemas"]["ProfileImageUrl"];
        };
        /** @description A new password, and the current one as proof of identity. */
        PasswordChange: {
            /** @description The password so far. */
            currentPassword: string;
            newPassword: components["schemas"]["Password"];
        };
        /**
         * @description One login of a user's, from which access tokens come until it ends.
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
        /** @description What the post is about: one line that begins with a visible character and does not end in white space. */
        PostTitle: string;
        /**
         * Format: uri
         * @description A picture or a film that belongs to the post, by http or https. Null means none.
         */
        MediaUrl: string | null;
        /**
         * @description A post as lists show it. The whole text is in the post itself.
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
        /** @description One page of posts, newest first. */
        PostPage: {
            /** @description The posts of this page. */
            items: components["schemas"]["PostSummary"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description What the post says. It has a visible character. */
        PostText: string;
        /** @description What a person states to write a post. */
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
        /** @description What is to change. Members that are left out stay as they are. */
        PostUpdate: {
            title?: components["schemas"]["PostTitle"];
            text?: components["schemas"]["PostText"];
            mediaUrl?: components["schemas"]["MediaUrl"];
        };
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
            /** @description Whether the user may act on what belongs to others. */
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
             * @description When the user was deleted. Null for an active user.
             */
            deletedAt: string | null;
        };
        /** @description One page of users, newest first. */
        AnyUserPage: {
            /** @description The users of this page. */
            items: components["schemas"]["AnyUser"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description What a greeting needs to know. */
        GreetInput: {
            /** @description Whom to greet. It has a visible character. */
            name: string;
        };
        /**
         * @description Where the task stands. `queued` waits for its first or its next attempt, `cancelling` was called off while it ran; `succeeded`, `failed` and `cancelled` are final.
         * @enum {string}
         */
        TaskStatus: "queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled";
        /** @description How much is done, in per cent. */
        TaskProgress: number;
        /** @description How often work has begun. More than once where an attempt failed, or its worker was lost. */
        TaskAttempts: number;
        /** @description What a greeting comes to. Present once the task has succeeded, and only then. */
        GreetResult: {
            /** @description The greeting. */
            message: string;
        };
        /** @description Why a task failed. Present once it has failed, and only then. */
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
         * @description A moment, in UTC.
         */
        Timestamp: string;
        /**
         * Format: date-time
         * @description When work first began. Null before that.
         */
        TaskStartedAt: string | null;
        /**
         * Format: date-time
         * @description When the task succeeded, failed or was cancelled. Null before that.
         */
        TaskFinishedAt: string | null;
        /**
         * @description A task that greets somebody.
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
             * @description The kind of task. (enum property replaced by openapi-typescript)
             * @enum {string}
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
        /** @description A request to greet somebody. */
        GreetTaskCreate: {
            /**
             * @description The kind of task. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "greet";
            input: components["schemas"]["GreetInput"];
        };
        /** @description The task to run. Its `type` decides what `input` holds. */
        TaskCreate: components["schemas"]["GreetTaskCreate"];
    };
    responses: {
        /** @description What the client has is current. */
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
        /** @description The request cannot be read, such as broken JSON or percent-encoding. */
        MalformedRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The header Accept admits none of the media types that the operation can answer. */
        NotAcceptable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request can be read but does not fit this document. `errors` names each fault and its place. */
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
        /** @description No user has this name or email together with this password. The answer does not tell which of them is wrong. */
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
        /** @description The body is larger than the service reads. */
        PayloadTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is of a media type or a content encoding that the operation does not read. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller, or the address, has used up its quota; `Retry-After` says when to go on. */
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
        /** @description There is no refresh token, or it is not good for a refresh any more. One that was used before ends its session: either it was stolen, or its successor was. */
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
        /** @description The request carries no valid access token. */
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
        /** @description The resource is no longer in the state that the client named. */
        PreconditionFailed: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The current password that was sent is wrong. */
        WrongPassword: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such resource, or it is not the caller's to see. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller is known and may not do this. */
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
        /** @description The request can be read but does not fit this document, or its `Idempotency-Key` was sent with another request. `errors` names each fault and its place. */
        InvalidOrKeyReused: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The task is not in a state from which this is possible. */
        TaskConflict: {
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
         * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
         * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
         */
        IfNoneMatch: string;
        /**
         * @description How many items a page holds at most.
         * @example 20
         */
        Limit: number;
        /**
         * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and good for the same list with the same filters. Leave it out for the first page.
         * @example AZNfPnwaez6dQy8cWo5rAQ
         */
        Cursor: string;
        /**
         * @description Entity tags of states that the client knows. If none of them is what a GET of this URL would answer now, nothing is changed and the answer is a 412; `*` stands for any state.
         * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
         */
        IfMatch: string;
        /**
         * @description The session's id.
         * @example 01936312-4b8e-7f05-a1c9-5d7e20b68f33
         */
        SessionId: components["schemas"]["ResourceId"];
        /**
         * @description The user's present username.
         * @example ada
         */
        Username: components["schemas"]["Username"];
        /**
         * @description A text that the client makes up for this request, such as a UUID. The same request with the same key is carried out once and, for 24 hours, answered what it was answered first.
         * @example 0193629c-2b7e-7f64-a3d1-58c0e94b1f02
         */
        IdempotencyKey: string;
        /**
         * @description The post's id.
         * @example 01936298-0d4f-7a3c-9b51-6c2de80f7a14
         */
        PostId: components["schemas"]["ResourceId"];
        /**
         * @description Only deleted users (`true`), or only active ones (`false`). Both when left out.
         * @example true
         */
        Deleted: boolean;
        /**
         * @description Only users whose name, username or email address contains this, without regard to case. Three letters or digits in a row have to be in it.
         * @example ada
         */
        Search: string;
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
         * @description Shows only tasks in this state.
         * @example running
         */
        TaskStatus: components["schemas"]["TaskStatus"];
        /**
         * @description Shows only tasks of this kind.
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
         * @description Names this state of the resource (a strong validator, RFC 9110). Send it back in `If-None-Match` to be spared an unchanged body, in `If-Match` to change only what has not changed meanwhile.
         * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
         */
        ETag: string;
        /**
         * @description Who may keep this answer, and for how many seconds (RFC 9111).
         * @example no-cache
         */
        CacheControl: string;
        /**
         * @description The request headers that another answer may depend on.
         * @example Accept
         */
        Vary: string;
        /**
         * @description How many requests are left of the operation's quota, and in how many seconds it is whole again (draft-ietf-httpapi-ratelimit-headers-10). Missing where the service runs without limits.
         * @example "createPost";r=59;t=60
         */
        RateLimit: string;
        /**
         * @description The operation's quota of requests, and its window in seconds. Missing with `RateLimit`.
         * @example "createPost";q=60;w=60
         */
        RateLimitPolicy: string;
        /**
         * @description Leaves the refresh token with the browser, for the path of `refreshToken` alone; without a value it takes it away.
         * @example refresh_token=wQm3ynE0cYb5g2rJdT8uK1hPzXv7Lf4sNoAiRqUeGxk; Path=/api/v1/refresh; Max-Age=604800; HttpOnly; SameSite=Strict; Secure
         */
        SetRefreshCookie: string;
        /**
         * @description The scheme to authenticate with (RFC 6750).
         * @example Bearer realm="api"
         */
        WwwAuthenticate: string;
        /**
         * @description After how many seconds to try again.
         * @example 5
         */
        RetryAfter: number;
        /**
         * @description How the server's own cache took part (RFC 9211): `hit`, or `fwd` with the reason why the answer was made anew, and `stored` where it is kept from now on.
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
                 * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
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
            /** @description The credentials are right; here is a token. */
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
            /** @description The session goes on. */
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
                 * @description How many items a page holds at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and good for the same list with the same filters. Leave it out for the first page.
                 * @example AZNfPnwaez6dQy8cWo5rAQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
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
            /** @description The user exists now. */
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
                 * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
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
                 * @description Entity tags of states that the client knows. If none of them is what a GET of this URL would answer now, nothing is changed and the answer is a 412; `*` stands for any state.
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
                 * @description Entity tags of states that the client knows. If none of them is what a GET of this URL would answer now, nothing is changed and the answer is a 412; `*` stands for any state.
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
            /** @description The account as it is now. */
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
            /** @description The password is another, and all sessions have ended. */
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
                 * @description How many items a page holds at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and good for the same list with the same filters. Leave it out for the first page.
                 * @example AZNfPnwaez6dQy8cWo5rAQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
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
                 * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The user's present username.
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
                 * @description Entity tags of states that the client knows. If none of them is what a GET of this URL would answer now, nothing is changed and the answer is a 412; `*` stands for any state.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The user's present username.
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
                 * @description Entity tags of states that the client knows. If none of them is what a GET of this URL would answer now, nothing is changed and the answer is a 412; `*` stands for any state.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The user's present username.
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
            /** @description The account as it is now. */
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
                 * @description How many items a page holds at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and good for the same list with the same filters. Leave it out for the first page.
                 * @example AZNfPnwaez6dQy8cWo5rAQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The user's present username.
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
                 * @description A text that the client makes up for this request, such as a UUID. The same request with the same key is carried out once and, for 24 hours, answered what it was answered first.
                 * @example 0193629c-2b7e-7f64-a3d1-58c0e94b1f02
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The user's present username.
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
            /** @description The post exists now. */
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
                 * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The user's present username.
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
                 * @description Entity tags of states that the client knows. If none of them is what a GET of this URL would answer now, nothing is changed and the answer is a 412; `*` stands for any state.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The user's present username.
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
                 * @description Entity tags of states that the client knows. If none of them is what a GET of this URL would answer now, nothing is changed and the answer is a 412; `*` stands for any state.
                 * @example "Yq2Hc0pXhB7r6zUoU4v0mNlYw6E"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The user's present username.
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
            /** @description The post as it is now. */
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
                 * @description Only deleted users (`true`), or only active ones (`false`). Both when left out.
                 * @example true
                 */
                deleted?: components["parameters"]["Deleted"];
                /**
                 * @description Only users whose name, username or email address contains this, without regard to case. Three letters or digits in a row have to be in it.
                 * @example ada
                 */
                search?: components["parameters"]["Search"];
                /**
                 * @description How many items a page holds at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and good for the same list with the same filters. Leave it out for the first page.
                 * @example AZNfPnwaez6dQy8cWo5rAQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
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
            /** @description The user is gone. */
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
            /** @description The post is gone. */
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
                 * @description Shows only tasks in this state.
                 * @example running
                 */
                status?: components["parameters"]["TaskStatus"];
                /**
                 * @description Shows only tasks of this kind.
                 * @example greet
                 */
                type?: components["parameters"]["TaskType"];
                /**
                 * @description How many items a page holds at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description Where the page starts: the `nextCursor` of the page before it. Opaque, and good for the same list with the same filters. Leave it out for the first page.
                 * @example AZNfPnwaez6dQy8cWo5rAQ
                 */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: {
                /**
                 * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
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
                 * @description A text that the client makes up for this request, such as a UUID. The same request with the same key is carried out once and, for 24 hours, answered what it was answered first.
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
            409: components["responses"]["KeyInUse"];
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
                 * @description Entity tags of answers that the client has. If one of them is current, the answer is a 304 without a body.
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
            /** @description The task as it stands. */
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
            /** @description The task as it stands. */
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
