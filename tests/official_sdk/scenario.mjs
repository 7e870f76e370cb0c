// A scenario: a simulator of its own, SDKs that are closed at the end, no leak unless it is about one.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {connect} from './connect.mjs';
import {start} from './simulator.mjs';

/** `play(simulator, connect)` runs against a simulator started with these flags. */
export function scenario(name, flags, play) {
  test(name, {timeout: 180_000}, async () => {
    const simulator = await start(...flags);
    const open = [];
    try {
      await play(simulator, async (options) => {
        const sdk = await connect(simulator, options);
        open.push(sdk);
        return sdk;
      });
      assert.deepEqual(await simulator.control({do: 'leaks'}), []);
    } finally {
      await simulator.control({do: 'recover'}).catch(() => {});
      for (const sdk of open) await sdk.close();
      await simulator.stop();
    }
  });
}

/** A call in a few words: `POST /contact/…/groups`, and what it asked of the KMS. */
export function words(call) {
  const path = call.path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}');
  const kms = call.kms.map(({method, uri}) => `${method} ${uri.replace(/^kms:\/\/[^/]+/, '').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}')}`);
  return [`${call.method} ${path}`, ...kms].join(' · ');
}

/** The response was a success with this status. */
export function succeeded(response, status) {
  assert.equal(response.message, 'SUCCESS', JSON.stringify(response));
  assert.equal(response.statusCode, status);
  return response.data;
}

/** The response was a failure with this status and sentence. */
export function failed(response, status, error) {
  assert.equal(response.message, 'FAILURE', JSON.stringify(response));
  assert.equal(response.statusCode, status);
  assert.equal(response.data.error, error);
}

/** A contact with every field, and text from many scripts. */
export const everything = () => ({
  contactType: 'CUSTOM',
  displayName: 'Zoë Ünïcode 山田 👩🏽‍🚀',
  firstName: 'Zoë',
  lastName: 'Żółkiewska-Nguyễn',
  companyName: 'Acme & Söhne "GmbH" \\ Москва',
  title: 'مديرة',
  avatarURL: 'https://avatar.example.test/zoë.png?size=1',
  emails: [
    {type: 'work', value: 'zoe@example.test', primary: true},
    {type: 'home', value: 'zoë@bücher.example'},
  ],
  phoneNumbers: [
    {type: 'mobile', value: '+46 70 123 45 67', primary: true},
    {type: 'work_extension', value: '4711'},
  ],
  sipAddresses: [{type: 'enterprise', value: 'zoe@sip.example.test'}],
  addressInfo: {street: '1 Main St\nFloor 2', city: '東京', state: 'Север', country: 'Österreich', zipCode: '00 123'},
  primaryContactMethod: 'PHONE',
});

/** What of a contact its maker wrote. */
export function written(contact) {
  const {contactType, displayName, firstName, lastName, companyName, title, avatarURL, emails, phoneNumbers, sipAddresses, addressInfo, primaryContactMethod} = contact;
  return {contactType, displayName, firstName, lastName, companyName, title, avatarURL, emails, phoneNumbers, sipAddresses, addressInfo, primaryContactMethod};
}
