// src/lib/write-json.ts
function no(expected, value) {
  const got = value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
  throw new TypeError(`The response breaks the contract: expected ${expected}, got ${got}.`);
}
function object(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
var mayNeedEscaping = /[\u0000-\u001f"\\\ud800-\udfff]/;
function string(value) {
  if (typeof value !== "string") return no("a string", value);
  return mayNeedEscaping.test(value) ? JSON.stringify(value) : `"${value}"`;
}
function integer(value) {
  return Number.isSafeInteger(value) ? String(value) : no("an integer", value);
}
function boolean(value) {
  return typeof value === "boolean" ? String(value) : no("a boolean", value);
}
function array(value, write) {
  if (!Array.isArray(value)) return no("an array", value);
  let json = "";
  for (const item of value) json += json === "" ? write(item) : `,${write(item)}`;
  return `[${json}]`;
}

// <stdin>
function writeHealth(v) {
  if (!object(v)) return no("an object", v);
  return '{"status":' + string(v["status"]) + ',"version":' + string(v["version"]) + "}";
}
function writeProblem(v) {
  if (!object(v)) return no("an object", v);
  let json = '{"type":' + string(v["type"]) + ',"title":' + string(v["title"]) + ',"status":' + integer(v["status"]) + ',"detail":' + string(v["detail"]) + ',"code":' + writeProblemCode(v["code"]) + ',"requestId":' + writeRequestId(v["requestId"]);
  if (v["errors"] !== void 0) json += ',"errors":' + array(v["errors"], writeProblemError);
  return json + "}";
}
function writeProblemCode(v) {
  return string(v);
}
function writeRequestId(v) {
  return string(v);
}
function writeProblemError(v) {
  if (!object(v)) return no("an object", v);
  return '{"pointer":' + string(v["pointer"]) + ',"detail":' + string(v["detail"]) + "}";
}
function writeToken(v) {
  if (!object(v)) return no("an object", v);
  let json = '{"access_token":' + string(v["access_token"]) + ',"token_type":' + string(v["token_type"]) + ',"expires_in":' + integer(v["expires_in"]);
  if (v["refresh_token"] !== void 0) json += ',"refresh_token":' + writeRefreshToken(v["refresh_token"]);
  return json + "}";
}
function writeRefreshToken(v) {
  return string(v);
}
function writeUserPage(v) {
  if (!object(v)) return no("an object", v);
  return '{"items":' + array(v["items"], writePublicUser) + ',"nextCursor":' + writeNextCursor(v["nextCursor"]) + "}";
}
function writePublicUser(v) {
  if (!object(v)) return no("an object", v);
  return '{"id":' + writeResourceId(v["id"]) + ',"name":' + writeDisplayName(v["name"]) + ',"username":' + writeUsername(v["username"]) + ',"profileImageUrl":' + writeProfileImageUrl(v["profileImageUrl"]) + ',"createdAt":' + string(v["createdAt"]) + "}";
}
function writeResourceId(v) {
  return string(v);
}
function writeDisplayName(v) {
  return string(v);
}
function writeUsername(v) {
  return string(v);
}
function writeProfileImageUrl(v) {
  return v === null ? "null" : string(v);
}
function writeNextCursor(v) {
  return v === null ? "null" : string(v);
}
function writeUser(v) {
  if (!object(v)) return no("an object", v);
  return '{"id":' + writeResourceId(v["id"]) + ',"name":' + writeDisplayName(v["name"]) + ',"username":' + writeUsername(v["username"]) + ',"email":' + writeEmail(v["email"]) + ',"profileImageUrl":' + writeProfileImageUrl(v["profileImageUrl"]) + ',"isSuperuser":' + boolean(v["isSuperuser"]) + ',"createdAt":' + string(v["createdAt"]) + ',"updatedAt":' + string(v["updatedAt"]) + "}";
}
function writeEmail(v) {
  return string(v);
}
function writeSessionPage(v) {
  if (!object(v)) return no("an object", v);
  return '{"items":' + array(v["items"], writeSession) + ',"nextCursor":' + writeNextCursor(v["nextCursor"]) + "}";
}
function writeSession(v) {
  if (!object(v)) return no("an object", v);
  return '{"id":' + writeResourceId(v["id"]) + ',"isCurrent":' + boolean(v["isCurrent"]) + ',"userAgent":' + (v["userAgent"] === null ? "null" : string(v["userAgent"])) + ',"createdAt":' + string(v["createdAt"]) + ',"refreshedAt":' + string(v["refreshedAt"]) + ',"expiresAt":' + string(v["expiresAt"]) + "}";
}
function writePostPage(v) {
  if (!object(v)) return no("an object", v);
  return '{"items":' + array(v["items"], writePostSummary) + ',"nextCursor":' + writeNextCursor(v["nextCursor"]) + "}";
}
function writePostSummary(v) {
  if (!object(v)) return no("an object", v);
  return '{"id":' + writeResourceId(v["id"]) + ',"title":' + writePostTitle(v["title"]) + ',"excerpt":' + string(v["excerpt"]) + ',"mediaUrl":' + writeMediaUrl(v["mediaUrl"]) + ',"createdAt":' + string(v["createdAt"]) + ',"updatedAt":' + string(v["updatedAt"]) + "}";
}
function writePostTitle(v) {
  return string(v);
}
function writeMediaUrl(v) {
  return v === null ? "null" : string(v);
}
function writePost(v) {
  if (!object(v)) return no("an object", v);
  return '{"id":' + writeResourceId(v["id"]) + ',"title":' + writePostTitle(v["title"]) + ',"text":' + writePostText(v["text"]) + ',"mediaUrl":' + writeMediaUrl(v["mediaUrl"]) + ',"createdAt":' + string(v["createdAt"]) + ',"updatedAt":' + string(v["updatedAt"]) + "}";
}
function writePostText(v) {
  return string(v);
}
function writeAnyUserPage(v) {
  if (!object(v)) return no("an object", v);
  return '{"items":' + array(v["items"], writeAnyUser) + ',"nextCursor":' + writeNextCursor(v["nextCursor"]) + "}";
}
function writeAnyUser(v) {
  if (!object(v)) return no("an object", v);
  return '{"id":' + writeResourceId(v["id"]) + ',"name":' + writeDisplayName(v["name"]) + ',"username":' + writeUsername(v["username"]) + ',"email":' + writeEmail(v["email"]) + ',"profileImageUrl":' + writeProfileImageUrl(v["profileImageUrl"]) + ',"isSuperuser":' + boolean(v["isSuperuser"]) + ',"createdAt":' + string(v["createdAt"]) + ',"updatedAt":' + string(v["updatedAt"]) + ',"deletedAt":' + (v["deletedAt"] === null ? "null" : string(v["deletedAt"])) + "}";
}
function writeTask(v) {
  switch (object(v) ? v["type"] : void 0) {
    case "greet":
      return writeGreetTask(v);
    default:
      return no("one of greet", v);
  }
}
function writeGreetTask(v) {
  if (!object(v)) return no("an object", v);
  let json = '{"id":' + writeResourceId(v["id"]) + ',"type":' + string(v["type"]) + ',"input":' + writeGreetInput(v["input"]) + ',"status":' + writeTaskStatus(v["status"]) + ',"progress":' + writeTaskProgress(v["progress"]) + ',"attempts":' + writeTaskAttempts(v["attempts"]) + ',"createdAt":' + writeTimestamp(v["createdAt"]) + ',"updatedAt":' + writeTimestamp(v["updatedAt"]) + ',"startedAt":' + writeTaskStartedAt(v["startedAt"]) + ',"finishedAt":' + writeTaskFinishedAt(v["finishedAt"]);
  if (v["result"] !== void 0) json += ',"result":' + writeGreetResult(v["result"]);
  if (v["problem"] !== void 0) json += ',"problem":' + writeTaskProblem(v["problem"]);
  return json + "}";
}
function writeGreetInput(v) {
  if (!object(v)) return no("an object", v);
  return '{"name":' + string(v["name"]) + "}";
}
function writeTaskStatus(v) {
  return string(v);
}
function writeTaskProgress(v) {
  return integer(v);
}
function writeTaskAttempts(v) {
  return integer(v);
}
function writeTimestamp(v) {
  return string(v);
}
function writeTaskStartedAt(v) {
  return v === null ? "null" : string(v);
}
function writeTaskFinishedAt(v) {
  return v === null ? "null" : string(v);
}
function writeGreetResult(v) {
  if (!object(v)) return no("an object", v);
  return '{"message":' + string(v["message"]) + "}";
}
function writeTaskProblem(v) {
  if (!object(v)) return no("an object", v);
  return '{"code":' + string(v["code"]) + ',"detail":' + string(v["detail"]) + "}";
}
function writeTaskPage(v) {
  if (!object(v)) return no("an object", v);
  return '{"items":' + array(v["items"], writeTask) + ',"nextCursor":' + writeNextCursor(v["nextCursor"]) + "}";
}
var serializers = {
  getHealth: {
    200: writeHealth,
    400: writeProblem,
    406: writeProblem,
    422: writeProblem
  },
  login: {
    200: writeToken,
    400: writeProblem,
    401: writeProblem,
    406: writeProblem,
    413: writeProblem,
    415: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  refreshToken: {
    200: writeToken,
    400: writeProblem,
    401: writeProblem,
    406: writeProblem,
    413: writeProblem,
    415: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  logout: {
    400: writeProblem,
    401: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  listUsers: {
    200: writeUserPage,
    400: writeProblem,
    401: writeProblem,
    406: writeProblem,
    422: writeProblem,
    503: writeProblem
  },
  createUser: {
    201: writeUser,
    400: writeProblem,
    406: writeProblem,
    409: writeProblem,
    413: writeProblem,
    415: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  getCurrentUser: {
    200: writeUser,
    400: writeProblem,
    401: writeProblem,
    406: writeProblem,
    422: writeProblem,
    503: writeProblem
  },
  updateCurrentUser: {
    200: writeUser,
    400: writeProblem,
    401: writeProblem,
    406: writeProblem,
    409: writeProblem,
    412: writeProblem,
    413: writeProblem,
    415: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  deleteCurrentUser: {
    400: writeProblem,
    401: writeProblem,
    412: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  changePassword: {
    400: writeProblem,
    401: writeProblem,
    403: writeProblem,
    413: writeProblem,
    415: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  listSessions: {
    200: writeSessionPage,
    400: writeProblem,
    401: writeProblem,
    406: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  deleteSession: {
    400: writeProblem,
    401: writeProblem,
    404: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  getUser: {
    200: writePublicUser,
    400: writeProblem,
    404: writeProblem,
    406: writeProblem,
    422: writeProblem,
    503: writeProblem
  },
  updateUser: {
    200: writeUser,
    400: writeProblem,
    401: writeProblem,
    403: writeProblem,
    404: writeProblem,
    406: writeProblem,
    409: writeProblem,
    412: writeProblem,
    413: writeProblem,
    415: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  deleteUser: {
    400: writeProblem,
    401: writeProblem,
    403: writeProblem,
    404: writeProblem,
    412: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  listPosts: {
    200: writePostPage,
    400: writeProblem,
    404: writeProblem,
    406: writeProblem,
    422: writeProblem,
    503: writeProblem
  },
  createPost: {
    201: writePost,
    400: writeProblem,
    401: writeProblem,
    403: writeProblem,
    404: writeProblem,
    406: writeProblem,
    409: writeProblem,
    413: writeProblem,
    415: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  getPost: {
    200: writePost,
    400: writeProblem,
    404: writeProblem,
    406: writeProblem,
    422: writeProblem,
    503: writeProblem
  },
  updatePost: {
    200: writePost,
    400: writeProblem,
    401: writeProblem,
    403: writeProblem,
    404: writeProblem,
    406: writeProblem,
    412: writeProblem,
    413: writeProblem,
    415: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  deletePost: {
    400: writeProblem,
    401: writeProblem,
    403: writeProblem,
    404: writeProblem,
    412: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  listAllUsers: {
    200: writeAnyUserPage,
    400: writeProblem,
    401: writeProblem,
    403: writeProblem,
    406: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  eraseUser: {
    400: writeProblem,
    401: writeProblem,
    403: writeProblem,
    404: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  erasePost: {
    400: writeProblem,
    401: writeProblem,
    403: writeProblem,
    404: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  retryTask: {
    200: writeTask,
    400: writeProblem,
    401: writeProblem,
    403: writeProblem,
    404: writeProblem,
    406: writeProblem,
    409: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  listTasks: {
    200: writeTaskPage,
    400: writeProblem,
    401: writeProblem,
    406: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  createTask: {
    202: writeTask,
    400: writeProblem,
    401: writeProblem,
    406: writeProblem,
    409: writeProblem,
    413: writeProblem,
    415: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  getTask: {
    200: writeTask,
    400: writeProblem,
    401: writeProblem,
    404: writeProblem,
    406: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  getTaskEvents: {
    200: writeTask,
    400: writeProblem,
    401: writeProblem,
    404: writeProblem,
    406: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  },
  cancelTask: {
    200: writeTask,
    400: writeProblem,
    401: writeProblem,
    404: writeProblem,
    406: writeProblem,
    409: writeProblem,
    422: writeProblem,
    429: writeProblem,
    503: writeProblem
  }
};
var serializeProblem = writeProblem;
export {
  serializeProblem,
  serializers
};
