//! People as SCIM and the People API show them, in the words of the book (specification sections 9.2 and 9.3). Every member
//! may be missing.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    book::{Address, Profile, TypedValue},
    webex::wire::{Entry, Member, Record, Text, objects, typed_value},
};

/// People as they are found: by their UUID in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The UUID, as the directory spells it.
    pub id: String,
    /// What the directory says.
    pub profile: Profile,
}

/// A page of either API.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The people of it.
    pub people: Vec<Found>,
    /// How many there are in all, if it says so.
    pub total: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer<'a> {
    #[serde(borrow, rename = "Resources")]
    resources: Member<Vec<&'a RawValue>>,
    #[serde(borrow)]
    items: Member<Vec<&'a RawValue>>,
    #[serde(rename = "totalResults")]
    total: Member<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ScimUser<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    user_name: Text<'a>,
    #[serde(borrow)]
    display_name: Text<'a>,
    #[serde(borrow)]
    name: Member<Name<'a>>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    emails: Member<Vec<Member<Entry<'a>>>>,
    #[serde(borrow)]
    phone_numbers: Member<Vec<Member<Entry<'a>>>>,
    #[serde(borrow)]
    photos: Member<Vec<Member<Entry<'a>>>>,
    #[serde(borrow)]
    addresses: Member<Vec<Member<Place<'a>>>>,
    #[serde(borrow, rename = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
    enterprise: Member<Enterprise<'a>>,
    #[serde(borrow, rename = "urn:scim:schemas:extension:cisco:webexidentity:2.0:User")]
    identity: Member<Identity<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Name<'a> {
    #[serde(borrow)]
    given_name: Text<'a>,
    #[serde(borrow)]
    family_name: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Place<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    street_address: Text<'a>,
    #[serde(borrow)]
    locality: Text<'a>,
    #[serde(borrow)]
    region: Text<'a>,
    #[serde(borrow)]
    postal_code: Text<'a>,
    #[serde(borrow)]
    country: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Enterprise<'a> {
    #[serde(borrow)]
    department: Text<'a>,
    #[serde(borrow)]
    manager: Member<Manager<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Manager<'a> {
    #[serde(borrow)]
    display_name: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Identity<'a> {
    #[serde(borrow)]
    sip_addresses: Member<Vec<Member<Entry<'a>>>>,
}

objects!(Name, Place, Enterprise, Manager, Identity);

/// A person of the People API.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Item<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    org_id: Text<'a>,
    #[serde(borrow)]
    emails: Member<Vec<Text<'a>>>,
    #[serde(borrow)]
    phone_numbers: Member<Vec<Member<Entry<'a>>>>,
    #[serde(borrow)]
    sip_addresses: Member<Vec<Member<Entry<'a>>>>,
    #[serde(borrow)]
    display_name: Text<'a>,
    #[serde(borrow)]
    nick_name: Text<'a>,
    #[serde(borrow)]
    first_name: Text<'a>,
    #[serde(borrow)]
    last_name: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    department: Text<'a>,
    #[serde(borrow)]
    avatar: Text<'a>,
    #[serde(borrow)]
    addresses: Member<Vec<Member<Place<'a>>>>,
}

/// An object; serde would take a list for one too.
fn answer(body: &[u8]) -> Option<Answer<'_>> {
    body.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(body).ok()).flatten()
}

/// Reads an answer of SCIM; `None` if it is no JSON object.
pub fn scim(body: &[u8]) -> Option<Page> {
    let answer = answer(body)?;
    let users = answer.resources.into_option().unwrap_or_default();
    let people = users.into_iter().filter_map(|user| Record::<ScimUser<'_>>::read(user).is.map(Found::from));
    let people = people.filter(|found| !found.id.is_empty()).collect();
    Some(Page { people, total: answer.total.into_option().and_then(|total| usize::try_from(total).ok()) })
}

/// Reads a list of the People API; `None` if it is no JSON object.
pub fn people(body: &[u8]) -> Option<Page> {
    let answer = answer(body)?;
    let items = answer.items.into_option().unwrap_or_default();
    let people = items.into_iter().filter_map(|item| Record::<Item<'_>>::read(item).is.map(Found::from));
    Some(Page { people: people.filter(|found| !found.id.is_empty()).collect(), total: None })
}

/// Reads one person of the People API, and the UUID of their organisation.
pub fn person(body: &[u8]) -> Option<(Found, Option<String>)> {
    let raw: &RawValue = serde_json::from_slice(body).ok()?;
    let item = Record::<Item<'_>>::read(raw).is?;
    let organisation = item.org_id.get().map(|id| uuid_of(id));
    Some((Found::from(item), organisation.filter(|id| !id.is_empty())))
}

fn own(text: &Text<'_>) -> String {
    text.text().to_owned()
}

fn values(entries: &Member<Vec<Member<Entry<'_>>>>) -> Vec<TypedValue> {
    let entries = entries.get().into_iter().flatten().filter_map(Member::get);
    let written = entries.filter(|entry| !entry.value.text().is_empty());
    written
        .map(|entry| typed_value(entry.kind.text(), entry.value.text(), entry.primary.get() == Some(&true)))
        .collect()
}

fn addresses(places: &Member<Vec<Member<Place<'_>>>>) -> Vec<Address> {
    let places = places.get().into_iter().flatten().filter_map(Member::get);
    let work = places.filter(|place| place.kind.text().eq_ignore_ascii_case("work"));
    let address = |place: &Place<'_>| Address {
        kind: "work".to_owned(),
        street: own(&place.street_address),
        city: own(&place.locality),
        state: own(&place.region),
        zip_code: own(&place.postal_code),
        country: own(&place.country),
        ..Address::default()
    };
    work.map(address).filter(|address| !address.is_empty()).take(1).collect()
}

fn full(given: &str, family: &str) -> String {
    [given.trim(), family.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn first(names: [&str; 3]) -> String {
    names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default().to_owned()
}

impl From<ScimUser<'_>> for Found {
    fn from(user: ScimUser<'_>) -> Self {
        let (given, family) =
            user.name.get().map(|name| (own(&name.given_name), own(&name.family_name))).unwrap_or_default();
        let enterprise = user.enterprise.get();
        let photos = user.photos.get().into_iter().flatten().filter_map(Member::get);
        let profile = Profile {
            display_name: first([user.display_name.text(), &full(&given, &family), user.user_name.text()]),
            first_name: given,
            last_name: family,
            title: own(&user.title),
            department: enterprise.map(|it| own(&it.department)).unwrap_or_default(),
            manager: enterprise.and_then(|it| it.manager.get()).map(|it| own(&it.display_name)).unwrap_or_default(),
            emails: values(&user.emails),
            phone_numbers: values(&user.phone_numbers),
            sip_addresses: user.identity.get().map(|it| values(&it.sip_addresses)).unwrap_or_default(),
            addresses: addresses(&user.addresses),
            avatar_url: photos.map(|photo| own(&photo.value)).next().unwrap_or_default(),
            ..Profile::default()
        };
        Self { id: own(&user.id), profile }
    }
}

impl From<Item<'_>> for Found {
    fn from(item: Item<'_>) -> Self {
        let emails = item.emails.get().into_iter().flatten().map(Text::text).filter(|email| !email.is_empty());
        let whole = full(item.first_name.text(), item.last_name.text());
        let profile = Profile {
            display_name: first([item.display_name.text(), &whole, item.nick_name.text()]),
            first_name: own(&item.first_name),
            last_name: own(&item.last_name),
            title: own(&item.title),
            department: own(&item.department),
            emails: emails.map(|email| typed_value("work", email, false)).collect(),
            phone_numbers: values(&item.phone_numbers),
            sip_addresses: values(&item.sip_addresses),
            addresses: addresses(&item.addresses),
            avatar_url: own(&item.avatar),
            ..Profile::default()
        };
        Self { id: uuid_of(item.id.text()), profile }
    }
}

/// Padded or not: both occur.
const EITHER: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The directory's UUID of an id of the People API: the last segment of the URI that it holds. An id that is none of those is
/// taken as it is.
pub fn uuid_of(id: &str) -> String {
    let decoded = EITHER.decode(id).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let uri = decoded.filter(|uri| uri.starts_with("ciscospark://"));
    uri.as_deref().and_then(|uri| uri.rsplit('/').next()).unwrap_or(id).to_owned()
}

/// The id of the People API of a UUID.
pub fn hydra_id(uuid: &str) -> String {
    BASE64_STANDARD.encode(format!("ciscospark://us/PEOPLE/{uuid}"))
}
