// The texts of the docs page, which are not in Swagger UI's package. The page may run no inline script,
// and it names its files relative to itself, so that it works below any prefix that a proxy adds.

export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API docs</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/page.css">
<link rel="icon" href="docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

/** Starts Swagger UI. Its code samples are its own for curl, and one for fetch. */
export const script = `const fetchSample = (request) => {
  const init = { method: request.get('method') }
  const headers = request.get('headers')
  if (headers && headers.size > 0) init.headers = headers.toJS()
  const body = request.get('body')
  if (body) init.body = typeof body === 'string' ? body : JSON.stringify(body)
  const options = JSON.stringify(init, null, 2)
  return 'const response = await fetch(' + JSON.stringify(request.get('url')) + ', ' + options + ')'
}

SwaggerUIBundle({
  url: new URL('docs/openapi.json', document.baseURI).href,
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
  requestSnippetsEnabled: true,
  requestSnippets: {
    generators: {
      curl_bash: { title: 'curl (bash)', syntax: 'bash' },
      curl_powershell: { title: 'curl (PowerShell)', syntax: 'powershell' },
      curl_cmd: { title: 'curl (cmd)', syntax: 'bash' },
      fetch: { title: 'fetch', syntax: 'javascript' },
    },
  },
  plugins: [{ fn: { requestSnippetGenerator_fetch: fetchSample } }],
})
`

/** Makes the page readable on a small screen. */
export const style = `
/* No operation has links. */
.swagger-ui .response-col_links { display: none }
.swagger-ui .curl-command > div:first-child { flex-wrap: wrap }

@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 8px }
  .swagger-ui .info { margin: 20px 0 }
  .swagger-ui .parameters-container, .swagger-ui .responses-inner { padding: 8px }
  .swagger-ui .opblock .opblock-section-header { padding: 8px }
  .swagger-ui .opblock .opblock-summary-operation-id { display: none }
  .swagger-ui .opblock-summary-description { flex-basis: 100% }

  /* Tables become lists: each cell gets the whole width. */
  .swagger-ui table.parameters > thead, .swagger-ui table.responses-table > thead { display: none }
  .swagger-ui table.parameters, .swagger-ui table.responses-table { display: block }
  .swagger-ui table.parameters > tbody, .swagger-ui table.responses-table > tbody { display: block }
  .swagger-ui table.parameters > tbody > tr, .swagger-ui table.responses-table > tbody > tr {
    display: block;
    padding: 8px 0;
  }
  .swagger-ui table.parameters > tbody > tr > td,
  .swagger-ui table.responses-table > tbody > tr > td {
    display: block;
    width: auto;
    max-width: 100%;
    min-width: 0;
    padding: 4px 0;
    overflow-x: auto;
  }
  .swagger-ui .parameters-col_description input,
  .swagger-ui .parameters-col_description select,
  .swagger-ui .parameters-col_description textarea { box-sizing: border-box; width: 100%; max-width: 100% }
  .swagger-ui .response-col_description__inner, .swagger-ui .headers-wrapper { overflow-x: auto }
}
`
