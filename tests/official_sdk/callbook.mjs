// callbook as a person in a shell has it, signed in at a simulator, with a book of its own.
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import {scenario} from './scenario.mjs';

const PROGRAM = process.env.CALLBOOK ?? new URL('../../target/debug/callbook', import.meta.url).pathname;

/** What points callbook at a simulator: the variables that the README names. */
export const environment = ({ready}, book) => ({
  PATH: process.env.PATH,
  HOME: path.dirname(book),
  CALLBOOK_BOOK: book,
  CALLBOOK_WEBEX_U2C_URL: ready.u2c,
  CALLBOOK_WEBEX_API_URL: ready.api,
  CALLBOOK_WEBEX_ROOT_CERTIFICATES: ready.tls_root,
  CALLBOOK_WEBEX_KMS_ROOT_CERTIFICATES: ready.kms_root,
  CALLBOOK_WEBEX_KMS_HOSTS: ready.kms_host,
  CALLBOOK_WEBEX_CLIENT_ID: ready.client_id,
  CALLBOOK_WEBEX_CLIENT_SECRET: ready.client_secret,
  CALLBOOK_WEBEX_TOKENS: 'file',
});

/** A callbook that is signed in; each command is a process of its own. */
export async function signIn(simulator, {token = simulator.ready.token} = {}) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'callbook-'));
  const env = environment(simulator, path.join(home, 'book.db'));
  const run = (input, ...words) =>
    new Promise((resolve, reject) => {
      const child = spawn(PROGRAM, words, {env, stdio: 'pipe'});
      const printed = {stdout: '', stderr: ''};
      for (const stream of ['stdout', 'stderr']) {
        child[stream].setEncoding('utf8');
        child[stream].on('data', (text) => void (printed[stream] += text));
      }
      child.once('error', reject);
      child.once('close', (code) => resolve({code, ...printed}));
      child.stdin.on('error', () => {}); // a command that reads nothing may be gone already
      child.stdin.end(input);
    });
  const signedIn = await run(token, 'login', '--token-stdin');
  if (signedIn.code !== 0) throw new Error(signedIn.stderr);
  return {
    /** Runs a command with this text on stdin. */
    run,
    /** Runs `callbook webex …` and gives the envelopes that it prints, one a line. */
    async webex(input, ...words) {
      const {stdout, stderr} = await run(input, 'webex', ...words);
      const lines = stdout.split('\n').filter(Boolean);
      if (!lines.length) throw new Error(stderr);
      return lines.map((line) => JSON.parse(line));
    },
    /** The book on its disk. */
    book: env.CALLBOOK_BOOK,
    close: () => fs.rmSync(home, {recursive: true, force: true}),
  };
}

/** A scenario with a callbook and an SDK that are signed in. */
export const together = (name, flags, play) =>
  scenario(name, flags, async (simulator, connect) => {
    const callbook = await signIn(simulator);
    try {
      await play({simulator, sdk: await connect(), callbook});
    } finally {
      callbook.close();
    }
  });
