// The published SDK, unmodified, pointed at a simulator by configuration alone: TLS and the KMS chain are verified.
// A process of its own for each sign-in, since parts of the SDK exist once per process. It is told what to do by messages.
import fs from 'node:fs';
import {createRequire} from 'node:module';

process.env.NODE_ENV ??= 'production'; // else the SDK prints every KMS message
const require = createRequire(import.meta.url);
// The SDK's own log does not belong in a report of tests.
for (const level of ['log', 'info', 'debug', 'trace', 'warn', 'error']) console[level] = () => {};

for (const plugin of ['device', 'mercury', 'encryption', 'support']) require(`@webex/internal-plugin-${plugin}`);
require('@webex/plugin-logger');
const WebexCore = require('@webex/webex-core').default;
const {createContactsClient} = require('@webex/calling/dist/Contacts/ContactsClient.js');
const {getMetricManager} = require('@webex/calling/dist/Metrics/index.js');

const certificates = (file) => fs.readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);

const SCOPES = 'spark:all spark:kms';
const {ready, token, reduces, kmsRoots} = JSON.parse(process.argv[2]);

function configuration() {
  const base = new URL(ready.api).origin;
  const ca = certificates(ready.tls_root);
  const hydra = ready.api;
  return {
    logger: {level: 'silent'},
    device: {validateDomains: true, ephemeral: true, preDiscoveryServices: {hydra, hydraServiceUrl: hydra}},
    credentials: {
      idbroker: {url: base},
      identity: {url: base},
      authorizeUrl: `${base}/idb/oauth2/v1/authorize`,
      ...(reduces && {client_id: ready.client_id, client_secret: ready.client_secret, redirect_uri: base, scope: SCOPES}),
    },
    services: {discovery: {u2c: ready.u2c, hydra, sqdiscovery: `${ready.api}/region`}, validateDomains: true},
    defaultRequestOptions: {ca},
    defaultMercuryOptions: {ca},
    encryption: {caroots: kmsRoots.flatMap(certificates).map((pem) => pem.replace(/-----[^-]+-----|\s/g, ''))},
  };
}

const Webex = WebexCore.extend({webex: true, version: require('@webex/calling/package.json').version});
const supertoken = {access_token: token, token_type: 'Bearer', ...(reduces && {scope: SCOPES})};
const webex = new Webex({config: configuration(), credentials: {supertoken}});
if (!webex.ready) await new Promise((resolve) => webex.once('ready', resolve));
await webex.internal.device.register();
await webex.internal.mercury.connect();
// Every error path of the client uploads logs, which needs this manager; a full application has made one.
getMetricManager(webex, undefined);
const client = () => createContactsClient(webex, {level: 'error'});
let contacts = client();

const {kms} = webex.internal.encryption;
const can = {
  getContacts: () => contacts.getContacts(),
  createContact: (contact) => contacts.createContact(contact),
  deleteContact: (id) => contacts.deleteContact(id),
  createContactGroup: (name, keyUrl, type) => contacts.createContactGroup(name, keyUrl, type),
  deleteContactGroup: (id) => contacts.deleteContactGroup(id),
  /** A client in which nothing is cached. */
  forget: () => void (contacts = client()),
  createKeys: async (count) => (await kms.createUnboundKeys({count})).map(({uri}) => uri),
  fetchKey: async (uri) => (await kms.fetchKey({uri})).uri,
  kmsDetails: async () => (await webex.request({service: 'encryption', resource: `/kms/${webex.internal.device.userId}`})).body,
  async close() {
    await webex.internal.mercury.disconnect({code: 1000, reason: 'done (permanent)'});
    await webex.internal.device.unregister();
  },
};

// The SDK leaves rejections unhandled (specification section 8.10); a full application goes on.
process.on('unhandledRejection', () => {});
process.on('message', async ({id, method, args}) => {
  try {
    process.send({id, result: await can[method](...args)});
  } catch (error) {
    process.send({id, error: String(error?.message ?? error)});
  }
});
process.on('disconnect', () => process.exit());
if (process.send) {
  process.send({methods: Object.keys(can)});
} else {
  // Run by hand, it prints the list once: what the bench times.
  process.stdout.write(JSON.stringify(await can.getContacts()));
  await can.close();
  process.exit();
}
