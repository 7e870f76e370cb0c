// callbook edits a book of its own and syncs it while the SDK edits the same account: it creates, deletes and regroups.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';

import {together} from '../callbook.mjs';
import {people, said, stable} from '../people.mjs';
import {everything, succeeded} from '../scenario.mjs';

/** Ten minutes pass for the book: what it has known for less is not deleted because of one absence. */
const tenMinutesPass = (book) =>
  execFileSync('python3', ['-c', 'import sqlite3, sys\nbook = sqlite3.connect(sys.argv[1])\nbook.execute("UPDATE link SET confirmed = confirmed - 660000")\nbook.commit()', book]);

/** A contact by every field that both tell, its groups by their names (who is in none is shown in the default group); a person of the directory by their id. */
function told(contact, groups, person) {
  const names = contact.groups.map((id) => groups.get(id)).filter(Boolean);
  const fields = contact.contactType === 'CLOUD' ? {person, displayName: contact.displayName} : said(contact);
  return stable({...fields, groups: names.length ? names.sort() : ['Other contacts']});
}

/** The SDK as the second client, and callbook's book. */
function sides({sdk, callbook}) {
  const does = async (input, ...words) => {
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    const {code, stdout, stderr} = await callbook.run(text, ...words);
    assert.equal(code, 0, `callbook ${words.join(' ')}: ${stdout}${stderr}`);
    return stdout.trim();
  };
  const list = async () => (await sdk.forget(), succeeded(await sdk.getContacts(), 200));
  const named = ({contacts}, name) => {
    const found = contacts.filter(({displayName}) => displayName === name);
    assert.equal(found.length, 1, name);
    return found[0];
  };
  return {
    does,
    list,
    /** A new version in place of the old one: the SDK knows no other edit. */
    async edit(name, change) {
      const {contactId, contactType, groups, ...contact} = named(await list(), name);
      succeeded(await sdk.createContact({...said(contact), contactType, groups, ...change}), 201);
      succeeded(await sdk.deleteContact(contactId), 204);
    },
    async remove(name) {
      succeeded(await sdk.deleteContact(named(await list(), name).contactId), 204);
    },
    async group(name) {
      return (await list()).groups.find(({displayName}) => displayName === name).groupId;
    },
    /** After a sync both have the same book, whoever is asked. */
    async same() {
      assert.deepEqual(JSON.parse(await does('', 'queue', '--json')), []);
      const theirs = await list();
      const groups = new Map(theirs.groups.map(({groupId, displayName}) => [groupId, displayName]));
      const there = theirs.contacts.map((contact) => told(contact, groups, contact.contactId)).sort();
      const ours = JSON.parse(await does('', 'group', 'list', '--json'));
      const names = new Map(ours.map(({groupId, displayName}) => [groupId, displayName]));
      const contacts = JSON.parse(await does('', 'list', '--json'));
      const here = contacts.map((contact) => told(contact, names, contact.person?.key)).sort();
      assert.deepEqual(here, there);
      assert.deepEqual([...names.values()].sort(), [...groups.values()].sort());
      return {contacts, theirs};
    },
  };
}

together('both edit, and end with the same book', ['--people', '40', '--cloud', '2'], async ({sdk, callbook, simulator}) => {
  const {does, edit, remove, group, same} = sides({sdk, callbook});
  const made = people(12, 3).map((contact, index) => ({...contact, displayName: `${contact.displayName.slice(0, 40)} ${index}`, avatarURL: `https://avatar.example.test/${index}.png`, emails: [{type: 'work', value: `p${index}@example.test`}]}));
  const [ofTheSdk, ofCallbook] = [made.slice(0, 6), made.slice(6)];

  // Each makes some, in groups of its own and of the other.
  const {group: team} = succeeded(await sdk.createContactGroup('Team'), 201);
  for (const contact of ofTheSdk) succeeded(await sdk.createContact({...structuredClone(contact), groups: [team.groupId]}), 201);
  succeeded(await sdk.createContact(everything()), 201);
  await does('', 'sync');
  for (const contact of ofCallbook) await does({...contact, groupNames: ['Crew', 'Team']}, 'add', '--account', 'webex');
  const ada = {displayName: 'Ada Lovelace-King', emails: [{type: 'work', value: 'ada@example.test'}], notes: 'met in London'};
  await does({...ada, groupNames: ['Friends']}, 'add', '--account', 'webex');
  await does('', 'sync');
  const {contacts} = await same();
  assert.equal(contacts.length, made.length + 4);

  // Each deletes, edits and regroups, also what the other has edited since.
  tenMinutesPass(callbook.book);
  await remove(ofCallbook[0].displayName);
  await edit(ofCallbook[1].displayName, {title: 'Director'});
  await edit(ofTheSdk[1].displayName, {groups: [team.groupId, await group('Crew')]});
  await edit(ada.displayName, {groups: [await group('Customers')], companyName: 'Analytical'});
  const {group: club} = succeeded(await sdk.createContactGroup('Club'), 201);
  succeeded(await sdk.createContact({contactType: 'CUSTOM', displayName: 'Grace', groups: [club.groupId]}), 201);
  await does({companyName: 'Acme'}, 'edit', ofCallbook[1].displayName);
  await does({title: 'Countess'}, 'edit', ada.displayName);
  await does('', 'rm', ofTheSdk[0].displayName);
  await does('', 'group', 'rename', 'Team', 'The team');
  await does('', 'group', 'remove', 'Crew', ofCallbook[2].displayName);
  await does({displayName: 'Joan', groupNames: ['The team']}, 'add', '--account', 'webex');
  await does({phoneNumbers: [{type: 'home', value: '+1 555 0100'}]}, 'edit', 'Alan Turing');
  await does('', 'sync');
  const met = await same();
  const of = (name) => met.contacts.find(({displayName}) => displayName === name);
  assert.equal(of(ofCallbook[0].displayName), undefined);
  assert.equal(of(ofTheSdk[0].displayName), undefined);
  assert.deepEqual([of(ofCallbook[1].displayName).title, of(ofCallbook[1].displayName).companyName], ['Director', 'Acme']);
  assert.deepEqual([of(ada.displayName).title, of(ada.displayName).companyName, of(ada.displayName).notes], ['Countess', 'Analytical', ada.notes]);
  assert.deepEqual(of(ada.displayName).groupNames, ['Customers']);
  const {contacts: opened} = await simulator.control({do: 'opened'});
  const alan = opened.find(({contactId}) => contactId === of('Alan Turing').person.key);
  assert.deepEqual(alan.phoneNumbers.map(({value}) => value), ['+1 555 0100']);
  assert.ok(!JSON.stringify(opened).includes(ada.notes));

  // Groups go on either side; who was in them stays.
  tenMinutesPass(callbook.book);
  succeeded(await sdk.deleteContactGroup(await group('Club')), 204);
  await does('', 'group', 'rm', 'Crew');
  await remove('Joan');
  await does('', 'sync');
  const after = await same();
  assert.equal(after.contacts.length, met.contacts.length - 1);
  assert.ok(after.contacts.some(({displayName}) => displayName === 'Grace'));
});
