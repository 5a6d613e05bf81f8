// Written by `npm run codegen` from openapi/; edit the contract, not this file.
import type { Operation, SecurityScheme } from '../src/engine/operation.ts'
import type { Styles } from '../src/engine/steps/styles.ts'

export const contract = {
  "title": "Contract-first API",
  "version": "0.2.0",
  "basePath": "/api/v1"
} as const

export const securitySchemes = {
  "bearer": {
    "type": "bearer"
  }
} as const satisfies Record<string, SecurityScheme>

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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "304": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
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
      "header": {
        "User-Agent": {
          "type": "string",
          "required": false
        },
        "Sec-Fetch-Site": {
          "type": "string",
          "required": false
        }
      },
      "cookie": {}
    },
    "body": {
      "required": true,
      "types": {
        "application/x-www-form-urlencoded": {
          "kind": "form",
          "skipsEmpty": [
            "grant_type",
            "username",
            "password",
            "refresh_token_in"
          ]
        },
        "application/json": {
          "kind": "json"
        }
      }
    },
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "Set-Cookie": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "413": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "415": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "listSessions": []
    },
    "rateLimit": {
      "limit": 100,
      "window": 60,
      "by": "ip"
    }
  },
  "refreshToken": {
    "operationId": "refreshToken",
    "method": "post",
    "path": "/refresh",
    "security": [],
    "parameters": {
      "path": {},
      "query": {},
      "header": {},
      "cookie": {
        "refresh_token": {
          "type": "string",
          "required": false
        }
      }
    },
    "body": {
      "required": false,
      "types": {
        "application/json": {
          "kind": "json"
        },
        "application/x-www-form-urlencoded": {
          "kind": "form",
          "skipsEmpty": [
            "grant_type",
            "refresh_token"
          ]
        }
      }
    },
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "Set-Cookie": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          },
          "Set-Cookie": {
            "type": "string",
            "required": false
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "413": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "415": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "listSessions": []
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "ip"
    }
  },
  "logout": {
    "operationId": "logout",
    "method": "post",
    "path": "/logout",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {},
      "query": {},
      "header": {},
      "cookie": {}
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "Set-Cookie": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "listSessions": []
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
    }
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
        "q": {
          "type": "string",
          "required": false
        },
        "sort": {
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          },
          "Cache-Status": {
            "type": "string",
            "required": true
          },
          "Link": {
            "type": "string",
            "required": false
          }
        }
      },
      "304": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "cache": {
      "ttl": 3600,
      "scope": "public",
      "shape": "DUgBUnDjVCC",
      "endless": [
        "q"
      ],
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
      "header": {},
      "cookie": {}
    },
    "body": {
      "required": true,
      "types": {
        "application/json": {
          "kind": "json"
        }
      }
    },
    "responses": {
      "201": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "Location": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "409": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "413": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "415": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "listUsers": [],
      "listAllUsers": []
    },
    "rateLimit": {
      "limit": 20,
      "window": 3600,
      "by": "ip"
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          },
          "Cache-Status": {
            "type": "string",
            "required": true
          }
        }
      },
      "304": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "cache": {
      "ttl": 3600,
      "scope": "own",
      "shape": "SxTJ0OIef38",
      "tags": [
        []
      ]
    }
  },
  "updateCurrentUser": {
    "operationId": "updateCurrentUser",
    "method": "patch",
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
        "If-Match": {
          "type": "string",
          "required": false
        }
      },
      "cookie": {}
    },
    "body": {
      "required": true,
      "types": {
        "application/json": {
          "kind": "json"
        }
      }
    },
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "409": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "412": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "413": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "415": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
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
      ],
      "listAllUsers": []
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
    }
  },
  "deleteCurrentUser": {
    "operationId": "deleteCurrentUser",
    "method": "delete",
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
        "If-Match": {
          "type": "string",
          "required": false
        }
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "Set-Cookie": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "412": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
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
      ],
      "listAllUsers": []
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
    }
  },
  "changePassword": {
    "operationId": "changePassword",
    "method": "put",
    "path": "/users/me/password",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {},
      "query": {},
      "header": {},
      "cookie": {}
    },
    "body": {
      "required": true,
      "types": {
        "application/json": {
          "kind": "json"
        }
      }
    },
    "responses": {
      "204": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "Set-Cookie": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "403": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "413": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "415": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "getCurrentUser": [],
      "listSessions": [],
      "listAllUsers": []
    },
    "rateLimit": {
      "limit": 10,
      "window": 3600,
      "by": "principal"
    }
  },
  "listSessions": {
    "operationId": "listSessions",
    "method": "get",
    "path": "/users/me/sessions",
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          },
          "Link": {
            "type": "string",
            "required": false
          }
        }
      },
      "304": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "rateLimit": {
      "limit": 300,
      "window": 60,
      "by": "principal"
    }
  },
  "deleteSession": {
    "operationId": "deleteSession",
    "method": "delete",
    "path": "/users/me/sessions/{sessionId}",
    "security": [
      {
        "bearer": []
      }
    ],
    "parameters": {
      "path": {
        "sessionId": {
          "type": "string",
          "required": true
        }
      },
      "query": {},
      "header": {},
      "cookie": {}
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "listSessions": []
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          },
          "Cache-Status": {
            "type": "string",
            "required": true
          }
        }
      },
      "304": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "cache": {
      "ttl": 3600,
      "scope": "public",
      "shape": "jQk1TWtHH3C",
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
      },
      "cookie": {}
    },
    "body": {
      "required": true,
      "types": {
        "application/json": {
          "kind": "json"
        }
      }
    },
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "403": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "409": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "412": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "413": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "415": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
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
      ],
      "listAllUsers": []
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "403": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "412": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
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
      ],
      "listAllUsers": []
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
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
        "q": {
          "type": "string",
          "required": false
        },
        "sort": {
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          },
          "Cache-Status": {
            "type": "string",
            "required": true
          },
          "Link": {
            "type": "string",
            "required": false
          }
        }
      },
      "304": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "cache": {
      "ttl": 3600,
      "scope": "public",
      "shape": "345-CYcv577",
      "endless": [
        "q"
      ],
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
      },
      "cookie": {}
    },
    "body": {
      "required": true,
      "types": {
        "application/json": {
          "kind": "json"
        }
      }
    },
    "responses": {
      "201": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "Location": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "403": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "409": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "413": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "415": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "owner": "username",
    "invalidates": {
      "listPosts": [
        "username"
      ]
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          },
          "Cache-Status": {
            "type": "string",
            "required": true
          }
        }
      },
      "304": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "cache": {
      "ttl": 3600,
      "scope": "public",
      "shape": "6F5nhSJfK56",
      "tags": [
        [],
        [
          "username"
        ],
        [
          "postId"
        ],
        [
          "postId",
          "username"
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
      },
      "cookie": {}
    },
    "body": {
      "required": true,
      "types": {
        "application/json": {
          "kind": "json"
        }
      }
    },
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "403": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "412": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "413": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "415": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "owner": "username",
    "invalidates": {
      "listPosts": [
        "username"
      ],
      "getPost": [
        "postId",
        "username"
      ]
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "403": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "412": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "owner": "username",
    "invalidates": {
      "listPosts": [
        "username"
      ],
      "getPost": [
        "postId",
        "username"
      ]
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
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
        "status": {
          "type": "shaped",
          "style": "form",
          "explode": true,
          "shape": {
            "types": [],
            "items": {
              "types": [
                "string"
              ]
            }
          },
          "isSet": true,
          "required": false
        },
        "q": {
          "type": "string",
          "required": false
        },
        "sort": {
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          },
          "Link": {
            "type": "string",
            "required": false
          }
        }
      },
      "304": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "403": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "rateLimit": {
      "limit": 300,
      "window": 60,
      "by": "principal"
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
      "header": {},
      "cookie": {}
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "403": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "listUsers": [],
      "getCurrentUser": [],
      "getUser": [],
      "listPosts": [],
      "getPost": [],
      "listAllUsers": []
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
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
      "header": {},
      "cookie": {}
    },
    "body": null,
    "responses": {
      "204": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "403": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "listPosts": [],
      "getPost": [
        "postId"
      ]
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
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
      "header": {},
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "403": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "409": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "listTasks": [],
      "getTask": [
        "taskId"
      ]
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
    }
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
          "type": "shaped",
          "style": "form",
          "explode": true,
          "shape": {
            "types": [],
            "items": {
              "types": [
                "string"
              ]
            }
          },
          "isSet": true,
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          },
          "Link": {
            "type": "string",
            "required": false
          }
        }
      },
      "304": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "rateLimit": {
      "limit": 300,
      "window": 60,
      "by": "principal"
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
      },
      "cookie": {}
    },
    "body": {
      "required": true,
      "types": {
        "application/json": {
          "kind": "json"
        }
      }
    },
    "responses": {
      "202": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "Location": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "409": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "413": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "415": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "listTasks": []
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
    },
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
      },
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "304": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "ETag": {
            "type": "string",
            "required": true
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          },
          "Vary": {
            "type": "string",
            "required": true
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "rateLimit": {
      "limit": 300,
      "window": 60,
      "by": "principal"
    }
  },
  "getTaskEvents": {
    "operationId": "getTaskEvents",
    "method": "get",
    "path": "/tasks/{taskId}/events",
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
      "header": {},
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "text/event-stream",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          },
          "Cache-Control": {
            "type": "string",
            "required": true
          }
        }
      },
      "204": {
        "type": null,
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
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
      "header": {},
      "cookie": {}
    },
    "body": null,
    "responses": {
      "200": {
        "type": "application/json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "400": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "401": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "WWW-Authenticate": {
            "type": "string",
            "required": true
          }
        }
      },
      "404": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "406": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "409": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "422": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          }
        }
      },
      "429": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          },
          "RateLimit": {
            "type": "string",
            "required": false
          },
          "RateLimit-Policy": {
            "type": "string",
            "required": false
          }
        }
      },
      "503": {
        "type": "application/problem+json",
        "headers": {
          "X-Request-Id": {
            "type": "string",
            "required": true
          },
          "Retry-After": {
            "type": "integer",
            "required": true
          }
        }
      }
    },
    "invalidates": {
      "listTasks": [],
      "getTask": [
        "taskId"
      ]
    },
    "rateLimit": {
      "limit": 60,
      "window": 60,
      "by": "principal"
    }
  }
} as const satisfies Record<string, Operation>

/** For the client: what openapi-fetch does not write by itself. */
export const styles: Record<string, Styles> = {}
