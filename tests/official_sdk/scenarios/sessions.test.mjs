// Tokens, users, sockets and sessions with the KMS.
import assert from 'node:assert/strict';

import {scenario, succeeded, words} from '../scenario.mjs';

scenario('the token is reduced for ordinary requests and for the KMS', [], async (simulator, connect) => {
  const contacts = await connect({reduces: true});
  await contacts.getContacts();
  succeeded(await contacts.createContactGroup('Friends'), 201);
  const calls = await simulator.calls();
  const reductions = calls.filter((call) => call.path.endsWith('/access_token')).map((call) => new URLSearchParams(call.body).get('scope'));
  assert.deepEqual(reductions.sort(), ['spark:all', 'spark:kms']);
  const bearers = new Set(calls.flatMap((call) => call.kms.map(({client}) => client.credential.bearer)));
  assert.equal(bearers.size, 1);
  assert.ok(!bearers.has(simulator.ready.token));
});

scenario('two clients of one user, and another user who sees nothing of theirs', [], async (simulator, connect) => {
  const first = await connect();
  const second = await connect();
  const stranger = await connect({token: await simulator.tokenOf(1)});
  succeeded(await first.createContact({contactType: 'CUSTOM', displayName: 'Ada'}), 201);
  const [seen] = succeeded(await second.getContacts(), 200).contacts;
  assert.equal(seen.displayName, 'Ada');
  assert.deepEqual(succeeded(await stranger.getContacts(), 200), {contacts: [], groups: []});
  const key = seen.encryptionKeyUrl;
  await assert.rejects(stranger.fetchKey(key), /not authorized/);
  succeeded(await second.deleteContact(seen.contactId), 204);
  assert.deepEqual(succeeded(await (first.forget(), first).getContacts(), 200).contacts, []);
});

scenario('a session with the KMS that ends is agreed upon anew', [], async (simulator, connect) => {
  await simulator.control({do: 'kms_session_lifetime', milliseconds: 33_000}); // the SDK renews 30 s before the end
  const sdk = await connect();
  await sdk.createKeys(1);
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  await sdk.createKeys(1);
  const handshakes = (await simulator.calls()).flatMap((call) => call.kms).filter(({uri}) => uri.endsWith('/ecdhe'));
  assert.equal(handshakes.length, 2);
});

scenario('a socket that is cut during an exchange with the KMS comes back, and the exchange is repeated', [], async (simulator, connect) => {
  const sdk = await connect();
  await sdk.createKeys(1);
  await simulator.control({do: 'kms', on: 'create', times: 1, status: 0});
  const key = sdk.createKeys(1);
  await simulator.control({do: 'cut_sockets'});
  assert.equal((await key).length, 1);
  const created = (await simulator.calls()).map(words).filter((call) => call.includes('create /keys'));
  assert.equal(created.length, 3, 'one before, one without an answer, one repeated');
});

scenario('answers of the KMS in any order, split, doubled and beside nonsense', [], async (simulator, connect) => {
  const sdk = await connect();
  for (const faults of [{split: true, reorder: 1}, {split: true, duplicate: 1}, {delay: 200}]) {
    await simulator.control({do: 'events', ...faults});
    const made = await Promise.all([1, 2, 3].map((count) => sdk.createKeys(count)));
    assert.deepEqual(made.map(({length}) => length), [1, 2, 3]);
  }
});
