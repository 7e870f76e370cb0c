// The five operations.
import assert from 'node:assert/strict';

import {everything, failed, scenario, succeeded, words, written} from '../scenario.mjs';

scenario('a fresh user’s first contact makes a key, a resource, the default group, then the contact', [], async (simulator, connect) => {
  const contacts = await connect();
  await simulator.control({do: 'forget'});
  succeeded(await contacts.createContact({contactType: 'CUSTOM', displayName: 'Ada'}), 201);
  // The SDK retrieves the key it has just made once or more before it uses it, and reads the list now and then.
  const steps = (await simulator.calls()).filter((call) => call.method === 'POST').flatMap((call) => words(call).split(' · '));
  const order = ['create /keys', 'create /resources', 'POST /contact/api/v1/encrypt/Users/groups', 'POST /contact/api/v1/encrypt/Users/contacts'];
  assert.deepEqual(steps.filter((step) => order.includes(step)), order);
  const {groups, contacts: stored} = await simulator.control({do: 'opened'});
  assert.deepEqual(groups.map((group) => group.displayName), ['Other contacts']);
  assert.deepEqual(stored[0].groups, [groups[0].groupId]);
});

scenario('all five operations', ['--people', '20'], async (simulator, connect) => {
  const contacts = await connect();
  assert.deepEqual(succeeded(await contacts.getContacts(), 200), {contacts: [], groups: []});
  const {group} = succeeded(await contacts.createContactGroup('Friends'), 201);
  const {contact} = succeeded(await contacts.createContact({contactType: 'CUSTOM', displayName: 'Ada', groups: [group.groupId]}), 201);
  const listed = succeeded(await contacts.getContacts(), 200);
  assert.equal(listed.contacts.length, 1);
  const [friends] = listed.groups.filter(({displayName}) => displayName === 'Friends');
  assert.deepEqual(friends.members, [contact.contactId]);
  succeeded(await contacts.deleteContact(contact.contactId), 204);
  succeeded(await contacts.deleteContactGroup(group.groupId), 204);
  const after = succeeded(await contacts.getContacts(), 200);
  assert.deepEqual(after.contacts, []);
  assert.ok(!after.groups.some(({displayName}) => displayName === 'Friends'));
});

scenario('a CUSTOM contact with every field in many scripts', [], async (simulator, connect) => {
  const contacts = await connect();
  succeeded(await contacts.createContact(everything()), 201);
  const [read] = succeeded(await (contacts.forget(), contacts).getContacts(), 200).contacts;
  assert.deepEqual(written(read), written(everything()));
  const [stored] = (await simulator.control({do: 'opened'})).contacts;
  assert.deepEqual(written(stored), written(everything()));
});

scenario('a group name that exists is refused without a request', [], async (simulator, connect) => {
  const contacts = await connect();
  await contacts.getContacts();
  succeeded(await contacts.createContactGroup('Friends'), 201);
  await simulator.control({do: 'forget'});
  failed(await contacts.createContactGroup('Friends'), 400, 'Group displayName already exists');
  assert.deepEqual(await simulator.calls(), []);
});

scenario('an id that nobody knows', [], async (simulator, connect) => {
  const contacts = await connect();
  await contacts.getContacts();
  failed(await contacts.deleteContact('no-such-id'), 404, 'User info not found');
  failed(await contacts.deleteContactGroup('no-such-id'), 404, 'User info not found');
});

scenario('a seeded book is read whole, its sealed values opened', ['--contacts', '300', '--cloud', '20', '--people', '60'], async (simulator, connect) => {
  const contacts = await connect();
  const {contacts: read, groups} = succeeded(await contacts.getContacts(), 200);
  const stored = await simulator.control({do: 'opened'});
  const byId = (list) => new Map(list.map((contact) => [contact.contactId, contact]));
  const custom = read.filter(({contactType}) => contactType === 'CUSTOM');
  assert.equal(custom.length, 300);
  for (const contact of custom) assert.deepEqual(written(contact), written(byId(stored.contacts).get(contact.contactId)));
  assert.deepEqual(groups.map(({displayName}) => displayName).sort(), stored.groups.map(({displayName}) => displayName).sort());
});
