// Signs the SDK in, in a process of its own, and calls its methods there.
import {fork} from 'node:child_process';

/**
 * A signed-in SDK with its device registered and its socket open.
 * `token`: another than the first user's; `reduces`: whether it may reduce the token's scopes;
 * `kmsRoots`: files to trust for the KMS instead of the simulator's own root.
 */
export async function connect({ready}, {token = ready.token, reduces = false, kmsRoots = [ready.kms_root]} = {}) {
  const options = JSON.stringify({ready, token, reduces, kmsRoots});
  const child = fork(new URL('sdk.mjs', import.meta.url), [options], {execArgv: [], serialization: 'json'});
  const pending = new Map();
  let last = 0;
  const methods = await new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      const ended = new Error(`the SDK ended with ${code}`);
      reject(ended);
      for (const {reject} of pending.values()) reject(ended);
    });
    child.on('message', ({id, methods, result, error}) => {
      if (methods) return resolve(methods);
      const waiting = pending.get(id);
      pending.delete(id);
      if (error === undefined) waiting.resolve(result);
      else waiting.reject(new Error(error));
    });
  });
  const call = (method) => (...args) =>
    new Promise((resolve, reject) => {
      last += 1;
      pending.set(last, {resolve, reject});
      child.send({id: last, method, args});
    });
  const sdk = Object.fromEntries(methods.map((method) => [method, call(method)]));
  return {
    ...sdk,
    async close() {
      if (!child.connected) return;
      await sdk.close().catch(() => {});
      child.removeAllListeners('exit');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
}
