// A station made of the npm package ocpp-rpc in strict mode: it refuses every call and every answer that breaks the schema.
// Usage: station.mjs ENDPOINT IDENTITY PROTOCOL. Standard input: {"method", "params"} a line; standard output: one JSON a
// line: {"open"}, {"answer"} or {"error"} per call, {"asked", "params"} per call from the server, {"fault"} for broken frames.
import { createInterface } from "node:readline";
import { RPCClient } from "ocpp-rpc";

const [endpoint, identity, protocol] = process.argv.slice(2);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const client = new RPCClient({ endpoint, identity, protocols: [protocol], strictMode: true, reconnect: false });
client.on("badMessage", ({ error }) => say({ fault: String(error) }));
client.on("strictValidationFailure", ({ error }) => say({ fault: String(error?.message ?? error) }));

client.handle(({ method, params }) => {
  say({ asked: method, params });
  return { status: "Accepted" };
});

await client.connect();
say({ open: client.protocol });

for await (const line of createInterface({ input: process.stdin })) {
  const { method, params } = JSON.parse(line);
  try {
    say({ answer: await client.call(method, params) });
  } catch (error) {
    say({ error: error.rpcErrorCode ?? error.code ?? error.name, text: error.message, details: error.details });
  }
}
await client.close();
