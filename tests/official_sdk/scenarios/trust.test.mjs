// The static key of the KMS is trusted only with a chain to a root, for its own host, and with its own modulus.
import assert from 'node:assert/strict';

import {scenario, succeeded} from '../scenario.mjs';
import {start} from '../simulator.mjs';

const makesKey = (sdk) => sdk.createKeys(1);

async function details(simulator, connect) {
  const body = await (await connect()).kmsDetails();
  return {body, key: JSON.parse(body.rsaPublicKey)};
}

scenario('the true key is trusted', [], async (simulator, connect) => {
  assert.equal((await makesKey(await connect())).length, 1);
});

scenario('another root', [], async (simulator, connect) => {
  const other = await start();
  try {
    await assert.rejects(makesKey(await connect({kmsRoots: [other.ready.kms_root]})), /KMS|certificate|chain/i);
  } finally {
    await other.stop();
  }
});

for (const [name, change] of [
  ['another host name', (key) => ({...key, kid: 'kms://kms.elsewhere.test'})],
  ['another modulus', (key) => ({...key, n: key.n.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'))})],
  ['no certificates', ({x5c, ...key}) => key],
]) {
  scenario(name, [], async (simulator, connect) => {
    const {body, key} = await details(simulator, connect);
    await simulator.control({do: 'kms_details', body: {...body, rsaPublicKey: JSON.stringify(change(key))}});
    await assert.rejects(makesKey(await connect()), /KMS|certificate|invalid/i);
    await simulator.control({do: 'kms_details', body: null});
    const contacts = await connect();
    succeeded(await contacts.getContacts(), 200);
  });
}
