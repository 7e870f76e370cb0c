// Invented contacts: every combination of fields, text of many scripts, empty and long values. The same ones for the same seed.
const WORDS = [
  'Ada', 'Zoë', 'Łukasz', 'Ngô Bảo', 'Владимир', 'Ελένη', 'ירדן', 'محمد', '山田', '김철수', 'ประภา', 'आरती', 'ქეთევან', 'Արամ', 'ᏣᎳᎩ',
  '👩🏽‍🚀', 'e\u0301', 'O’Neill', 'a"b\\c', '<b>&amp;', '{"x":1}', '%00%2e', 'ẞ', 'İ', 'ﬁ', '𝔘𝔫𝔦', '\u202eabc', 'tab\there', 'line\nbreak', 'x'.repeat(3000),
];
const TYPES = ['work', 'home', 'mobile', 'work_extension', 'fax', 'pager', 'other', 'enterprise', 'cloud-calling', 'personal-room', 'pmr', ''];
const FIELDS = ['displayName', 'firstName', 'lastName', 'companyName', 'title', 'avatarURL'];
const LISTS = ['emails', 'phoneNumbers', 'sipAddresses'];
const PLACES = ['street', 'city', 'state', 'zipCode', 'country'];

/** A generator of numbers from 0 to 1 (mulberry32). */
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** `count` CUSTOM contacts. */
export function people(count, seed) {
  const number = numbers(seed);
  const one = (list) => list[Math.floor(number() * list.length)];
  const text = () => Array.from({length: 1 + Math.floor(number() * 3)}, () => one(WORDS)).join(' ');
  return Array.from({length: count}, (_, index) => {
    const contact = {contactType: 'CUSTOM'};
    for (const field of FIELDS) if (number() < 0.6) contact[field] = number() < 0.1 ? '' : text();
    contact.displayName ||= `Number ${index}`;
    for (const list of LISTS) {
      if (number() < 0.6) {
        contact[list] = Array.from({length: Math.floor(number() * 4)}, () => ({type: one(TYPES), value: text(), ...(number() < 0.2 && {primary: true})}));
      }
    }
    if (number() < 0.5) contact.addressInfo = Object.fromEntries(PLACES.filter(() => number() < 0.7).map((place) => [place, text()]));
    return contact;
  });
}

/** What a contact says: an empty value is an absent one. */
export function said(contact) {
  const wanted = [...FIELDS, ...LISTS, 'addressInfo', 'contactType'];
  const told = {};
  for (const member of wanted) {
    const value = contact[member];
    if (value === undefined || value === null || value === '') continue;
    if (Array.isArray(value)) {
      const entries = value.filter((entry) => entry.value !== '').map(({type = '', value, primary}) => ({type, value, ...(primary && {primary})}));
      if (entries.length) told[member] = entries;
    } else if (typeof value === 'object') {
      const places = Object.entries(value).filter(([, place]) => place !== '');
      if (places.length) told[member] = Object.fromEntries(places.sort());
    } else {
      told[member] = value;
    }
  }
  return told;
}

/** A value as text, the members of objects in one order. */
export const stable = (value) =>
  JSON.stringify(value, (key, value) => (value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value));

/** A list as it compares whatever its order. */
export const sorted = (contacts) => contacts.map((contact) => stable(said(contact))).sort();
