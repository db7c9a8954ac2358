// Serves documents with Prism, one port for each, all in this process: loading Prism takes two
// seconds, a document a tenth of one. Reads lines "PORT PATH", answers "ready PORT" or
// "failed PORT WORDS", and ends with its standard input. It is set as the command line of Prism sets
// it, but logs nothing: what a request breaks comes back in the header `sl-violations`.
const { createRequire } = require("node:module");
const { createInterface } = require("node:readline");

const load = createRequire(`${process.argv[2]}/`);
const { createLogger } = load("@stoplight/prism-core");
const { getHttpOperationsFromSpec } = load("@stoplight/prism-http");
const { createServer } = load("@stoplight/prism-http-server");

const logger = createLogger("prism", { level: "silent" });
const config = {
  validateRequest: true, validateResponse: true, checkSecurity: true, errors: false,
  isProxy: false, upstreamProxy: undefined, mock: { dynamic: false, ignoreExamples: false, seed: "comptoir" },
};

async function serve(port, path) {
  const operations = await getHttpOperationsFromSpec(path);
  const server = createServer(operations, { cors: false, config, components: { logger } });
  await server.listen(port, "127.0.0.1");
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const [port, ...rest] = line.split(" ");
  serve(Number(port), rest.join(" ")).then(
    () => console.log(`ready ${port}`),
    (error) => console.log(`failed ${port} ${String(error).replaceAll("\n", " ")}`),
  );
});
lines.on("close", () => process.exit(0));
