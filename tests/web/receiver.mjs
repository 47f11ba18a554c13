/** A receiver of webhooks in the hands of a test: checks signatures by itself, and answers as it is told. */

import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';

export class Receiver {
  messages = [];
  /** Status codes of the next answers; then 204. */
  answers = [];
  #server;

  async start() {
    this.#server = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      const body = Buffer.concat(parts).toString();
      this.messages.push({ headers: request.headers, body, data: JSON.parse(body) });
      response.writeHead(this.answers.shift() ?? 204, { Connection: 'close' }).end();
    });
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.#server.address().port}/busbar`;
    return this;
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  isGenuine({ headers, body }, secret) {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const good = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    return headers['webhook-signature'].split(' ').includes(good);
  }
}
