// Every status of the error table (specification section 8.8).
import {failed, scenario} from '../scenario.mjs';

const TABLE = [
  [400, 400, '400 Bad request'],
  [401, 401, 'User is unauthorised, possible token expiry'],
  [403, 403, 'User request is forbidden'],
  [404, 404, 'User info not found'],
  [408, 408, 'Request to the server timedout'],
  [409, 409, '409 Exception has occurred'],
  [423, 423, '423 Exception has occurred'],
  [429, 429, '429 Exception has occurred'],
  [500, 500, 'Internal server error occurred'],
  [501, 501, 'Method is not implemented at the backend'],
  [502, 502, '502 Exception has occurred'],
  [503, 503, 'Unable to establish a connection with the server'],
];

for (const [status, code, error] of TABLE) {
  scenario(`HTTP ${status}`, [], async (simulator, connect) => {
    const contacts = await connect();
    await simulator.control({do: 'http', on: {path: '/encrypt/Users/contacts', times: 9}, fault: 'status', status});
    failed(await contacts.getContacts(), code, error);
  });
}

scenario('a list without its groups', ['--contacts', '1'], async (simulator, connect) => {
  const contacts = await connect();
  await simulator.control({do: 'http', on: {path: '/encrypt/Users/contacts'}, fault: 'list_without', member: 'groups'});
  failed(await contacts.getContacts(), 422, '422 Exception has occurred');
});

scenario('a key that the KMS refuses', ['--contacts', '1'], async (simulator, connect) => {
  const contacts = await connect();
  await simulator.control({do: 'kms', on: 'retrieve', times: 9, status: 403, reason: 'not authorized'});
  failed(await contacts.getContacts(), 422, '422 Exception has occurred');
});
