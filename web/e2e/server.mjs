import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const announcement = /http:\/\/127\.0\.0\.1:\d+/;

/**
 * Starts the server on a data folder of its own and a free port, and waits for the line that tells
 * the address. Everything it prints is kept for the message of a start that fails.
 */
export async function startServer(binary, dataDir) {
  const child = spawn(binary, ['serve', '--data', dataDir, '--addr', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const origin = await announced(child, exited);
  return {
    origin,
    /** Asks the server to end, and returns its exit code. */
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}

function announced(child, exited) {
  return new Promise((resolve, reject) => {
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        printed.push(line);
        const match = announcement.exec(line);
        if (match) {
          resolve(match[0]);
        }
      });
    }
    child.on('error', reject);
    exited.then(([code]) =>
      reject(new Error(`the server ended (exit code ${code}) before it told its address:\n${printed.join('\n')}`)),
    );
  });
}
