// callbook and the SDK read each other's contacts.
import assert from 'node:assert/strict';

import {together} from '../callbook.mjs';
import {people, sorted} from '../people.mjs';
import {everything, succeeded, written} from '../scenario.mjs';

together('what the SDK writes, callbook reads', [], async ({sdk, callbook}) => {
  const made = people(200, 1);
  for (const contact of made) succeeded(await sdk.createContact(structuredClone(contact)), 201);
  const [listed] = await callbook.webex('', 'list');
  assert.deepEqual(sorted(succeeded(listed, 200).contacts), sorted(made));
});

together('what callbook writes, the SDK reads', [], async ({sdk, callbook}) => {
  const made = people(200, 2);
  const answers = await callbook.webex(JSON.stringify(made), 'create');
  assert.equal(answers.length, made.length);
  for (const answer of answers) succeeded(answer, 201);
  assert.deepEqual(sorted(succeeded(await sdk.getContacts(), 200).contacts), sorted(made));
});

together('each deletes what the other has made; groups too', [], async ({sdk, callbook}) => {
  const {group} = succeeded(await sdk.createContactGroup('Friends'), 201);
  const {contact} = succeeded(await sdk.createContact({...everything(), groups: [group.groupId]}), 201);
  const [{data}] = await callbook.webex('', 'list');
  assert.deepEqual(data.groups.map(({displayName, members}) => [displayName, members]).find(([name]) => name === 'Friends'), ['Friends', [contact.contactId]]);
  assert.deepEqual(written(data.contacts[0]), written(everything()));
  succeeded((await callbook.webex('', 'delete', contact.contactId))[0], 204);
  succeeded((await callbook.webex('', 'group', 'delete', group.groupId))[0], 204);
  const {group: own} = succeeded((await callbook.webex('', 'group', 'create', 'Mates'))[0], 201);
  const {contact: theirs} = succeeded((await callbook.webex(JSON.stringify({contactType: 'CUSTOM', displayName: 'Ada', groups: [own.groupId]}), 'create'))[0], 201);
  const {contacts, groups} = succeeded(await sdk.getContacts(), 200);
  assert.deepEqual(contacts.map(({displayName}) => displayName), ['Ada']);
  assert.ok(groups.some(({displayName}) => displayName === 'Mates'));
  succeeded(await sdk.deleteContact(theirs.contactId), 204);
  assert.deepEqual(succeeded((await callbook.webex('', 'list'))[0], 200).contacts, []);
});

together('a fresh user’s first contact from callbook is one the SDK goes on from', [], async ({simulator, sdk, callbook}) => {
  const [answer] = await callbook.webex(JSON.stringify(everything()), 'create');
  succeeded(answer, 201);
  succeeded(await sdk.createContact({contactType: 'CUSTOM', displayName: 'Second'}), 201);
  const {groups, contacts} = await simulator.control({do: 'opened'});
  assert.deepEqual(groups.map(({displayName}) => displayName), ['Other contacts']);
  assert.ok(contacts.every((contact) => contact.groups[0] === groups[0].groupId));
});

together('120 people of the directory are resolved by both', ['--cloud', '120', '--people', '400'], async ({sdk, callbook}) => {
  const read = (listed) => new Map(succeeded(listed, 200).contacts.map((contact) => [contact.contactId, contact]));
  const ours = read((await callbook.webex('', 'list'))[0]);
  const theirs = read(await sdk.getContacts());
  assert.equal(ours.size, 120);
  const told = ['displayName', 'firstName', 'lastName', 'emails', 'department', 'manager', 'avatarURL', 'resolved', 'groups'];
  const pick = (contact) => Object.fromEntries(told.filter((member) => contact[member] !== undefined).map((member) => [member, contact[member]]));
  assert.equal(theirs.size, 120);
  for (const [id, contact] of theirs) assert.deepEqual(pick(ours.get(id)), pick(contact));
});
