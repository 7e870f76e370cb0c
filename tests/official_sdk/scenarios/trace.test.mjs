// What the SDK asks, in order: method, path, header names, requests to the KMS. The same causal order as the record of the official
// SDK in the specification. `UPDATE_TRACE=1` writes the record anew.
import assert from 'node:assert/strict';
import fs from 'node:fs';

import {everything, scenario, succeeded, words} from '../scenario.mjs';

const record = new URL('../trace.txt', import.meta.url);

/** A call in lines: one with the names of its headers, one for each request to the KMS with its members. */
function lines(call) {
  const headers = call.headers.filter((name) => !['accept-encoding', 'connection', 'content-length', 'host'].includes(name));
  const requests = call.kms.map((request) => {
    const [operation] = words({...call, kms: [request]}).split(' · ').slice(1);
    return `KMS ${operation} | ${Object.keys(request).sort().join(',')}`;
  });
  const line = [words({...call, kms: []}), headers.join(',')].filter(Boolean).join(' | ');
  // How many requests to the KMS travel together is a matter of milliseconds.
  return requests.length ? requests.map((request) => `${line} | ${request}`) : [line];
}

/** What the SDK asks at the same time comes in either order. */
const TOGETHER = [/^POST \/idb\/.*access_token|^GET \/encryption\/.*\/kms\//, /KMS create \/resources|KMS retrieve \/keys/];

function steps(calls) {
  const all = calls.flatMap(lines);
  for (const together of TOGETHER) {
    for (let from = 0; from < all.length; from += 1) {
      let to = from;
      while (to < all.length && together.test(all[to])) to += 1;
      if (to > from) all.splice(from, to - from, ...all.slice(from, to).sort());
      from = Math.max(from, to);
    }
  }
  // The SDK fetches a key as often as it has fields to seal.
  return all.filter((text, number) => text !== all[number - 1]);
}

scenario('the SDK asks what it asked of the recorded server', ['--people', '20'], async (simulator, connect) => {
  const sdk = await connect({reduces: true});
  succeeded(await sdk.getContacts(), 200);
  const {group} = succeeded(await sdk.createContactGroup('Friends'), 201);
  const {contact} = succeeded(await sdk.createContact(everything()), 201);
  const id = 'aaaa0001-0000-4000-8000-000000000001';
  succeeded(await sdk.createContact({contactType: 'CLOUD', contactId: id, groups: [group.groupId]}), 201);
  succeeded(await sdk.getContacts(), 200);
  succeeded(await sdk.deleteContact(contact.contactId), 204);
  succeeded(await sdk.deleteContactGroup(group.groupId), 204);
  await sdk.close();
  const trace = `${steps(await simulator.calls()).join('\n')}\n`;
  if (process.env.UPDATE_TRACE) fs.writeFileSync(record, trace);
  assert.equal(trace, fs.readFileSync(record, 'utf8'));
});
