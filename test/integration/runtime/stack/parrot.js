// A service as small as one can be: says that it is ready, logs what it was asked.
import { createServer } from "node:http";

const port = Number(process.argv[2]);
const server = createServer((request, response) => {
  console.log(`asked for ${request.url} with ${process.env.PARROT_WORD}`);
  response.end("ready");
});
server.listen(port, "127.0.0.1");
process.on("SIGTERM", () => server.close(() => process.exit(0)));
