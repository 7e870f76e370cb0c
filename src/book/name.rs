//! Names: what is shown, and in what order.

use super::{Contact, Profile};

/// Full case folding near enough for comparing names: lower case, with the final sigma and the sharp s unified.
pub fn fold_case(text: &str) -> String {
    text.chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .collect()
}

/// The name to show when a profile carries no `displayName`: the name's parts, else the company, else the first
/// address, else nothing.
pub fn derive_display_name(profile: &Profile) -> String {
    let person = [profile.first_name.trim(), profile.last_name.trim()];
    let full = person.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if !full.is_empty() {
        return full;
    }
    let addresses = profile.emails.iter().chain(&profile.phone_numbers).chain(&profile.sip_addresses);
    std::iter::once(profile.company_name.trim())
        .chain(addresses.map(|a| a.value.trim()))
        .find(|candidate| !candidate.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// The name under which a contact is shown everywhere; never empty.
pub fn shown_name(contact: &Contact) -> String {
    let own = contact.profile.display_name.trim();
    if !own.is_empty() {
        return own.to_owned();
    }
    let person = contact.person.as_ref().map(|p| &p.profile);
    let candidates = [
        person.map(|p| p.display_name.trim().to_owned()),
        Some(derive_display_name(&contact.profile)),
        person.map(derive_display_name),
        Some(contact.extras.nickname.trim().to_owned()),
    ];
    candidates.into_iter().flatten().find(|name| !name.is_empty()).unwrap_or_else(|| "(no name)".to_owned())
}

/// Between what names are ordered by and the name itself.
pub const SORT_MARK: char = '\u{1}';

/// The key by which the list is ordered: letters before digits before signs, without case and accents.
pub fn sort_key(name: &str) -> String {
    let plain = any_ascii::any_ascii(&fold_case(name)).to_lowercase();
    let head = plain.trim_start_matches(|c: char| !c.is_alphanumeric());
    let class = match head.chars().next() {
        Some(c) if c.is_alphabetic() => 'a',
        Some(_) => 'b',
        None => 'c',
    };
    format!("{class}{head}{SORT_MARK}{name}")
}
