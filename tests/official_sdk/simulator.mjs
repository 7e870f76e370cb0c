// A simulator of one's own for each scenario, and its controls.
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import readline from 'node:readline';

const PROGRAM = process.env.SIMULATOR ?? new URL('../../target/debug/simulator', import.meta.url).pathname;

/** Starts a strict simulator; `flags` are those of its command line. */
export async function start(...flags) {
  const child = spawn(PROGRAM, ['--strict', ...flags], {stdio: ['ignore', 'pipe', 'inherit']});
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const first = new Promise((resolve, reject) => {
    readline.createInterface({input: child.stdout}).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the simulator ended with ${code}`)));
  });
  const ready = JSON.parse(await first);
  const ca = fs.readFileSync(ready.tls_root);
  const agent = new https.Agent({ca, keepAlive: false});
  const control = (order) => post(new URL('/_control', ready.api), order, agent);
  return {
    ready,
    /** Tells or asks it something: see `Control` in the simulator. */
    control,
    /** The HTTP calls so far, without those about metrics and logs. */
    async calls() {
      const entries = await control({do: 'requests'});
      return entries.filter((entry) => entry.kind === 'call' && !/^\/(metrics|logs)\//.test(entry.path));
    },
    /** A token without end for another user. */
    async tokenOf(user) {
      return (await control({do: 'token', user})).token;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function post(url, body, agent) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, {method: 'POST', agent, headers: {'content-type': 'application/json'}}, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`control: ${response.statusCode} ${text}`));
      });
    });
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
}
