// An OCPP server made of the npm package ocpp-rpc in strict mode: it refuses every call and every answer that breaks the schema.
// It keeps nothing. Usage: server.mjs PORT; prints `ready` when it listens.
import { RPCServer } from "ocpp-rpc";

const port = Number(process.argv[2]);
const server = new RPCServer({ protocols: ["ocpp1.6", "ocpp2.0.1"], strictMode: true });
let transactions = 0;

const stamp = () => new Date().toISOString();
const accepted = { status: "Accepted" };

const answers = {
  BootNotification: () => ({ status: "Accepted", interval: 300, currentTime: stamp() }),
  Heartbeat: () => ({ currentTime: stamp() }),
  StatusNotification: () => ({}),
  Authorize: () => ({ idTagInfo: accepted }),
  StartTransaction: () => ({ transactionId: ++transactions, idTagInfo: accepted }),
  MeterValues: () => ({}),
  StopTransaction: () => ({ idTagInfo: accepted }),
  NotifyEvent: () => ({}),
  TransactionEvent: ({ params }) => (params.idToken ? { idTokenInfo: accepted } : {}),
};

server.auth((accept) => accept());
server.on("client", (client) => {
  for (const [method, answer] of Object.entries(answers)) client.handle(method, answer);
});

await server.listen(port, "127.0.0.1");
console.log("ready");
