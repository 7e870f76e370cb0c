// What the SDK asks, in order: method, path, header names, requests to the KMS. The same causal order as the record of the official
// SDK in the specification. `UPDATE_TRACE=1` writes the record anew.
import assert from 'node:assert/strict';
import fs from 'node:fs';

import {everything, scenario, succeeded, words} from '../scenario.mjs';

const record = new URL('../trace.txt', import.meta.url);

/** One call on a line: with the names of its headers and the members of its requests to the KMS. */
function line(call) {
  const headers = call.headers.filter((name) => !['accept-encoding', 'connection', 'content-length', 'host'].includes(name));
  const members = call.kms.map((request) => Object.keys(request).sort().join(','));
  return [words(call), headers.join(','), ...members].filter(Boolean).join(' | ');
}

/** Requests that only repeat what the line before asked: the SDK fetches a key as often as it has fields to seal. */
const steps = (calls) => calls.map(line).filter((text, number, all) => text !== all[number - 1]);

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
