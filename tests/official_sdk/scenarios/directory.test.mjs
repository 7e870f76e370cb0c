// CLOUD contacts: people of the directory.
import assert from 'node:assert/strict';

import {scenario, succeeded} from '../scenario.mjs';

const person = (number) => `${(0xaaaa0000 + number).toString(16)}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

scenario('a CLOUD contact with a number of the user’s own', ['--people', '40'], async (simulator, connect) => {
  const contacts = await connect();
  const phoneNumbers = [{type: 'home', value: '+1 555 010 0202'}];
  const {contact} = succeeded(await contacts.createContact({contactType: 'CLOUD', contactId: person(1), phoneNumbers}), 201);
  assert.equal(contact.contactId, person(1));
  const [read] = succeeded(await (contacts.forget(), contacts).getContacts(), 200).contacts;
  assert.equal(read.displayName, 'Alan Turing');
  assert.equal(read.resolved, true);
  const [stored] = (await simulator.control({do: 'opened'})).contacts;
  assert.deepEqual(stored.phoneNumbers, [{type: 'home', value: '+1 555 010 0202'}]);
});

scenario('120 CLOUD contacts are looked up in batches of 50', ['--cloud', '120', '--people', '200'], async (simulator, connect) => {
  const contacts = await connect();
  const {contacts: read} = succeeded(await contacts.getContacts(), 200);
  const asked = (await simulator.calls()).filter((call) => call.path.includes('/scim/'));
  const sizes = asked.map((call) => decodeURIComponent(call.query).split(' or ').length);
  assert.deepEqual(sizes, [50, 50, 20]);
  // Every tenth person belongs to the other organisation and never resolves.
  assert.equal(read.filter(({resolved}) => resolved).length, 108);
});

scenario('people who may not be read', ['--cloud', '3', '--people', '10'], async (simulator, connect) => {
  const contacts = await connect();
  await simulator.control({do: 'http', on: {path: '/scim/', times: 99}, fault: 'status', status: 403});
  const {contacts: read} = succeeded(await contacts.getContacts(), 200);
  // The SDK leaves such contacts out, though its specification promises them unresolved.
  assert.equal(read.length, 0);
});
