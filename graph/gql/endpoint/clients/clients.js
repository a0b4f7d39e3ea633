// Subscribes to changes with so many graphql-ws clients and as many graphql-sse
// clients, each from the beginning. Half of them drop their connection now and
// then and go on: by the last change that they have, or by the revision before
// it, of which they forget what they had. When a client has seen the change of
// the key enterprise:end, it is done. Prints one line a client: its sort, how often
// it was cut off, and the places of its changes.
import { createClient as createSSE } from 'graphql-sse';
import { createClient as createWS } from 'graphql-ws';
import { WebSocket } from 'ws';

const [url, count] = [process.argv[2], Number(process.argv[3])];
const query = `subscription ($sinceRev: Int, $after: ID) {
  changed(sinceRev: $sinceRev, after: $after) { id rev index key }
}`;

const makers = {
  ws: () => createWS({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 }),
  sse: () => createSSE({ url, retryAttempts: 0 }),
};

/** Listens until the end or, where most is given, to so many changes (more than a revision has), and leaves abruptly. */
function listen(kind, variables, most) {
  const client = makers[kind]();
  const got = [];
  return new Promise((resolve, reject) => {
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      kind === 'ws' ? client.terminate() : client.dispose();
      resolve(got);
    };
    client.subscribe(
      { query, variables },
      {
        next({ data, errors }) {
          if (left) return;
          if (errors) return reject(new Error(JSON.stringify(errors)));
          got.push(data.changed);
          if (got.length === most || data.changed.key === 'enterprise:end') leave();
        },
        error: (error) => (left ? undefined : reject(new Error(String(error?.message ?? JSON.stringify(error))))),
        complete: () => (left ? undefined : reject(new Error('the server has ended the subscription'))),
      },
    );
  });
}

async function follow(kind, number) {
  const drops = number % 2 === 1;
  const changes = [];
  let variables = { sinceRev: 0 };
  let cuts = 0;
  for (;;) {
    changes.push(...(await listen(kind, variables, drops ? 9 + (number % 13) : undefined)));
    const last = changes.at(-1);
    if (last.key === 'enterprise:end') break;
    cuts++;
    if (number % 4 === 1) {
      variables = { after: last.id };
    } else {
      while (changes.at(-1)?.rev === last.rev) changes.pop();
      variables = { sinceRev: last.rev - 1 };
    }
  }
  return `${kind} ${cuts} ${changes.map(({ rev, index }) => `${rev}.${index}`).join(' ')}`;
}

const all = Object.keys(makers).flatMap((kind) => Array.from({ length: count }, (_, number) => follow(kind, number)));
const lines = await Promise.all(all);
process.stdout.write(lines.join('\n') + '\n', () => process.exit(0));
