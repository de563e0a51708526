// The built binary as a server, started, stopped and killed by the journeys.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const READY_LIMIT_MS = 60_000;

/**
 * Starts `socketscope serve` and resolves when it says that it listens. Port 0 is one of the system's choice; without a folder its
 * rooms are kept in memory alone.
 */
export async function start(binary, { port = 0, data = 'none', more = [] } = {}) {
  const child = spawn(binary, ['serve', '--port', String(port), '--ready-json', '--data', data, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes) => (said += bytes));
  const gone = once(child, 'exit');
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => text);
  const late = new Promise((_, no) => setTimeout(no, READY_LIMIT_MS, new Error('not ready in time')).unref());
  const early = gone.then(([code]) => Promise.reject(new Error(`ended with ${code} before it was ready:\n${said}`)));
  early.catch(() => {});
  const ready = JSON.parse(await Promise.race([line, late, early]));
  const url = new URL(ready.url);
  return {
    url: url.href,
    port: Number(url.port),
    log: () => said,
    /** Ends it by a signal and waits until it is gone; its exit code, or the signal's name. */
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        // A server that does not stop by itself must not hold up all others; the journeys that stop it on purpose look at the answer.
        const force = setTimeout(() => child.kill('SIGKILL'), 30_000);
        await gone;
        clearTimeout(force);
      }
      return child.exitCode ?? child.signalCode;
    },
  };
}

/** Runs another command of the binary to its end; what it said on standard output. */
export async function command(binary, ...args) {
  const { stdout } = await promisify(execFile)(binary, args, { timeout: 60_000 });
  return stdout;
}
