// Written by `npm run codegen` from openapi/; edit the contract, not this file.
import type { Operation } from '../src/contract/operation.ts'

export const contract = {
  "title": "Contract-first API",
  "version": "0.1.0",
  "basePath": "/api/v1"
} as const

export const operations = {
  "getHealth": {
    "operationId": "getHealth",
    "method": "get",
    "path": "/health",
    "security": [],
    "parameters": {
      "path": {},
      "query": {},
      "header": {
        "If-None-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "304": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      }
    }
  },
  "login": {
    "operationId": "login",
    "method": "post",
    "path": "/login",
    "security": [],
    "parameters": {
      "path": {},
      "query": {},
      "header": {}
    },
    "body": {
      "required": true,
      "types": [
        "application/x-www-form-urlencoded",
        "application/json"
      ]
    },
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "413": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "415": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "invalidates": {}
  },
  "listUsers": {
    "operationId": "listUsers",
    "method": "get",
    "path": "/users",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {},
      "query": {
        "limit": {
          "type": "integer",
          "required": false,
          "default": 20
        },
        "cursor": {
          "type": "string",
          "required": false
        }
      },
      "header": {
        "If-None-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary",
          "Cache-Status"
        ]
      },
      "304": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "cache": {
      "ttl": 3600,
      "scope": "public",
      "tags": [
        []
      ]
    }
  },
  "createUser": {
    "operationId": "createUser",
    "method": "post",
    "path": "/users",
    "security": [],
    "parameters": {
      "path": {},
      "query": {},
      "header": {}
    },
    "body": {
      "required": true,
      "types": [
        "application/json"
      ]
    },
    "responses": {
      "201": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "409": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "413": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "415": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "invalidates": {
      "listUsers": []
    }
  },
  "getCurrentUser": {
    "operationId": "getCurrentUser",
    "method": "get",
    "path": "/users/me",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {},
      "query": {},
      "header": {
        "If-None-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary",
          "Cache-Status"
        ]
      },
      "304": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "cache": {
      "ttl": 3600,
      "scope": "principal",
      "tags": [
        []
      ]
    }
  },
  "getUser": {
    "operationId": "getUser",
    "method": "get",
    "path": "/users/{username}",
    "security": [],
    "parameters": {
      "path": {
        "username": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {
        "If-None-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary",
          "Cache-Status"
        ]
      },
      "304": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "cache": {
      "ttl": 3600,
      "scope": "public",
      "tags": [
        [],
        [
          "username"
        ]
      ]
    }
  },
  "updateUser": {
    "operationId": "updateUser",
    "method": "patch",
    "path": "/users/{username}",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {
        "username": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {
        "If-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": {
      "required": true,
      "types": [
        "application/json"
      ]
    },
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "403": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "409": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "412": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "413": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "415": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "owner": "username",
    "invalidates": {
      "listUsers": [],
      "getCurrentUser": [],
      "getUser": [
        "username"
      ],
      "listPosts": [
        "username"
      ],
      "getPost": [
        "username"
      ]
    }
  },
  "deleteUser": {
    "operationId": "deleteUser",
    "method": "delete",
    "path": "/users/{username}",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {
        "username": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {
        "If-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "403": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "412": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "owner": "username",
    "invalidates": {
      "listUsers": [],
      "getCurrentUser": [],
      "getUser": [
        "username"
      ],
      "listPosts": [
        "username"
      ],
      "getPost": [
        "username"
      ]
    }
  },
  "listPosts": {
    "operationId": "listPosts",
    "method": "get",
    "path": "/users/{username}/posts",
    "security": [],
    "parameters": {
      "path": {
        "username": {
          "type": "string",
          "required": true
        }
      },
      "query": {
        "limit": {
          "type": "integer",
          "required": false,
          "default": 20
        },
        "cursor": {
          "type": "string",
          "required": false
        }
      },
      "header": {
        "If-None-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary",
          "Cache-Status"
        ]
      },
      "304": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "cache": {
      "ttl": 3600,
      "scope": "public",
      "tags": [
        [],
        [
          "username"
        ]
      ]
    }
  },
  "createPost": {
    "operationId": "createPost",
    "method": "post",
    "path": "/users/{username}/posts",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {
        "username": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {
        "Idempotency-Key": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": {
      "required": true,
      "types": [
        "application/json"
      ]
    },
    "responses": {
      "201": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "403": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "409": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "413": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "415": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "owner": "username",
    "invalidates": {
      "listPosts": [
        "username"
      ]
    },
    "idempotent": true
  },
  "getPost": {
    "operationId": "getPost",
    "method": "get",
    "path": "/users/{username}/posts/{postId}",
    "security": [],
    "parameters": {
      "path": {
        "username": {
          "type": "string",
          "required": true
        },
        "postId": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {
        "If-None-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary",
          "Cache-Status"
        ]
      },
      "304": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "cache": {
      "ttl": 3600,
      "scope": "public",
      "tags": [
        [],
        [
          "username",
          "postId"
        ],
        [
          "username"
        ],
        [
          "postId"
        ]
      ]
    }
  },
  "updatePost": {
    "operationId": "updatePost",
    "method": "patch",
    "path": "/users/{username}/posts/{postId}",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {
        "username": {
          "type": "string",
          "required": true
        },
        "postId": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {
        "If-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": {
      "required": true,
      "types": [
        "application/json"
      ]
    },
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "403": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "412": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "413": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "415": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "owner": "username",
    "invalidates": {
      "listPosts": [
        "username"
      ],
      "getPost": [
        "username",
        "postId"
      ]
    }
  },
  "deletePost": {
    "operationId": "deletePost",
    "method": "delete",
    "path": "/users/{username}/posts/{postId}",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {
        "username": {
          "type": "string",
          "required": true
        },
        "postId": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {
        "If-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "403": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "412": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "owner": "username",
    "invalidates": {
      "listPosts": [
        "username"
      ],
      "getPost": [
        "username",
        "postId"
      ]
    }
  },
  "listAllUsers": {
    "operationId": "listAllUsers",
    "method": "get",
    "path": "/admin/users",
    "security": [
      {
        "bearer": [
          "superuser"
        ]
      }
    ],
    "parameters": {
      "path": {},
      "query": {
        "deleted": {
          "type": "boolean",
          "required": false
        },
        "search": {
          "type": "string",
          "required": false
        },
        "limit": {
          "type": "integer",
          "required": false,
          "default": 20
        },
        "cursor": {
          "type": "string",
          "required": false
        }
      },
      "header": {
        "If-None-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "304": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "403": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    }
  },
  "eraseUser": {
    "operationId": "eraseUser",
    "method": "delete",
    "path": "/admin/users/{userId}",
    "security": [
      {
        "bearer": [
          "superuser"
        ]
      }
    ],
    "parameters": {
      "path": {
        "userId": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {}
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "403": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "invalidates": {
      "listUsers": [],
      "getCurrentUser": [],
      "getUser": [],
      "listPosts": [],
      "getPost": []
    }
  },
  "erasePost": {
    "operationId": "erasePost",
    "method": "delete",
    "path": "/admin/posts/{postId}",
    "security": [
      {
        "bearer": [
          "superuser"
        ]
      }
    ],
    "parameters": {
      "path": {
        "postId": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {}
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "403": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "invalidates": {
      "listPosts": [],
      "getPost": [
        "postId"
      ]
    }
  },
  "retryTask": {
    "operationId": "retryTask",
    "method": "post",
    "path": "/admin/tasks/{taskId}/retry",
    "security": [
      {
        "bearer": [
          "superuser"
        ]
      }
    ],
    "parameters": {
      "path": {
        "taskId": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "403": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "409": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "invalidates": {}
  },
  "listTasks": {
    "operationId": "listTasks",
    "method": "get",
    "path": "/tasks",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {},
      "query": {
        "status": {
          "type": "string",
          "required": false
        },
        "type": {
          "type": "string",
          "required": false
        },
        "limit": {
          "type": "integer",
          "required": false,
          "default": 20
        },
        "cursor": {
          "type": "string",
          "required": false
        }
      },
      "header": {
        "If-None-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "304": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    }
  },
  "createTask": {
    "operationId": "createTask",
    "method": "post",
    "path": "/tasks",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {},
      "query": {},
      "header": {
        "Idempotency-Key": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": {
      "required": true,
      "types": [
        "application/json"
      ]
    },
    "responses": {
      "202": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "409": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "413": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "415": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "invalidates": {},
    "idempotent": true
  },
  "getTask": {
    "operationId": "getTask",
    "method": "get",
    "path": "/tasks/{taskId}",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {
        "taskId": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {
        "If-None-Match": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "304": {
        "type": null,
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Vary"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    }
  },
  "cancelTask": {
    "operationId": "cancelTask",
    "method": "post",
    "path": "/tasks/{taskId}/cancel",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {
        "taskId": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "400": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "401": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ]
      },
      "404": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "406": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "409": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "422": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id"
        ]
      },
      "503": {
        "type": "application/problem+json",
        "requiredHeaders": [
          "X-Request-Id",
          "Retry-After"
        ]
      }
    },
    "invalidates": {}
  }
} as const satisfies Record<string, Operation>
