// Serves Shopify's GraphQL with made-up values: MODULES INTROSPECTION.json.gz PORT PATH TOKEN.
// Writes "ready" when it answers, and ends with its standard input. Values are the same each time.
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { createRequire } = require("node:module");
const { gunzipSync } = require("node:zlib");

const [modules, introspection, port, path, token] = process.argv.slice(2);
const load = createRequire(`${modules}/`);
const { buildClientSchema } = load("graphql");
const { addMocksToSchema } = load("@graphql-tools/mock");
const { createYoga } = load("graphql-yoga");

let seed = 1;
Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;

const told = JSON.parse(gunzipSync(readFileSync(introspection)));
const scopes = ["read_orders", "read_customers", "read_returns", "read_shopify_payments_disputes"];
const mocks = {
  AppInstallation: () => ({ accessScopes: scopes.map((handle) => ({ handle })) }),
  DateTime: () => "2026-03-06T09:00:00Z",
  Decimal: () => "49.90",
  Money: () => "49.90",
  URL: () => "https://tracking.example/1",
  UnsignedInt64: () => "1001",
  HTML: () => "<p>words</p>",
};
const schema = addMocksToSchema({
  schema: buildClientSchema(told.data ?? told, { assumeValid: true }), mocks,
});
const yoga = createYoga({ schema, graphqlEndpoint: path, logging: false, maskedErrors: false });
createServer((asked, answer) => {
  if (asked.headers["x-shopify-access-token"] === token) return yoga(asked, answer);
  answer.writeHead(401, { "content-type": "application/json" });
  answer.end('{"errors":"[API] Invalid API key or access token"}');
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
process.stdin.resume().on("end", () => process.exit(0));
