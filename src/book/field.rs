//! The one table of a contact's fields: their names in JSON, their labels on the screen, their order in forms and
//! details, whose they are, and how to reach them.

use super::{ContactType, Draft, TypedValue};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One line of text.
    Line,
    /// Text of several lines.
    Text,
    /// A list of typed values.
    Values,
    /// A list of postal addresses.
    Addresses,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident $key:literal $label:literal $shape:ident $cloud:literal $path:ident . $member:ident;)*) => {
        /// A field of a contact.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Field { $($(#[$doc])* $field,)* }

        impl Field {
            /// Every field, in the order of forms and details.
            pub const ALL: [Self; [$($key),*].len()] = [$(Self::$field),*];

            /// Its name in JSON: that of the Webex `Contact` object where there is one.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$field => $key,)* }
            }

            /// What people call it.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$field => $label,)* }
            }

            /// What it holds.
            pub const fn shape(self) -> Shape {
                match self { $(Self::$field => Shape::$shape,)* }
            }

            /// Whether the user may write it in a contact of this type.
            pub const fn editable_in(self, contact_type: ContactType) -> bool {
                match contact_type {
                    ContactType::Custom => true,
                    ContactType::Cloud => match self { $(Self::$field => $cloud,)* },
                }
            }

            /// The text of a `Line` or `Text` field.
            pub fn text_mut(self, draft: &mut Draft) -> Option<&mut String> {
                match self { $(Self::$field => fields!(@text $shape draft.$path.$member),)* }
            }

            /// The list of a `Values` field.
            pub fn values_mut(self, draft: &mut Draft) -> Option<&mut Vec<TypedValue>> {
                match self { $(Self::$field => fields!(@values $shape draft.$path.$member),)* }
            }

            /// The text of a `Line` or `Text` field.
            pub fn text(self, draft: &Draft) -> Option<&str> {
                match self { $(Self::$field => fields!(@str $shape draft.$path.$member),)* }
            }

            /// The list of a `Values` field.
            pub fn values(self, draft: &Draft) -> Option<&[TypedValue]> {
                match self { $(Self::$field => fields!(@slice $shape draft.$path.$member),)* }
            }

            /// Whether nothing is written in it.
            pub fn is_empty(self, draft: &Draft) -> bool {
                match self { $(Self::$field => draft.$path.$member.is_empty(),)* }
            }
        }
    };
    (@text Line $place:expr) => { Some(&mut $place) };
    (@text Text $place:expr) => { Some(&mut $place) };
    (@text $other:ident $place:expr) => { None };
    (@values Values $place:expr) => { Some(&mut $place) };
    (@values $other:ident $place:expr) => { None };
    (@str Line $place:expr) => { Some(&$place) };
    (@str Text $place:expr) => { Some(&$place) };
    (@str $other:ident $place:expr) => { None };
    (@slice Values $place:expr) => { Some(&$place) };
    (@slice $other:ident $place:expr) => { None };
}

// Field, JSON name, label, shape, whether it is the user's own in a CLOUD contact, where it lives.
fields! {
    /// Given name.
    FirstName "firstName" "First name" Line false profile.first_name;
    /// Family name.
    LastName "lastName" "Last name" Line false profile.last_name;
    /// The whole name as shown.
    DisplayName "displayName" "Display name" Line false profile.display_name;
    /// Nickname.
    Nickname "nickname" "Nickname" Line true extras.nickname;
    /// Honorific before the name.
    Prefix "prefix" "Prefix" Line true extras.prefix;
    /// Middle names.
    MiddleName "middleName" "Middle name" Line true extras.middle_name;
    /// Honorific after the name.
    Suffix "suffix" "Suffix" Line true extras.suffix;
    /// Company.
    CompanyName "companyName" "Company" Line false profile.company_name;
    /// Job title.
    Title "title" "Title" Line false profile.title;
    /// Department within the company.
    Department "department" "Department" Line false profile.department;
    /// The manager, as text.
    Manager "manager" "Manager" Line false profile.manager;
    /// Phone numbers.
    PhoneNumbers "phoneNumbers" "Phone" Values true profile.phone_numbers;
    /// E-mail addresses.
    Emails "emails" "E-mail" Values false profile.emails;
    /// SIP addresses.
    SipAddresses "sipAddresses" "SIP" Values true profile.sip_addresses;
    /// Web pages.
    WebPages "webPages" "Web page" Values true extras.web_pages;
    /// Postal addresses.
    Addresses "addresses" "Address" Addresses false profile.addresses;
    /// Birthday.
    Birthday "birthday" "Birthday" Line true extras.birthday;
    /// How the contact likes to be reached.
    PrimaryContactMethod "primaryContactMethod" "Reach by" Line false profile.primary_contact_method;
    /// Where a picture lives.
    AvatarUrl "avatarURL" "Picture" Line false profile.avatar_url;
    /// Notes.
    Notes "notes" "Notes" Text true extras.notes;
}

/// What people call a member of a stored document: the field's label, else the member's own name.
pub fn label_of_key(key: &str) -> &str {
    match Field::ALL.into_iter().find(|field| field.key() == key) {
        Some(field) => field.label(),
        None => match key {
            "groups" => "Groups",
            "photo" => "Photo",
            "favourite" => "Favourite",
            "trashed" => "Trash",
            "person" => "Directory",
            "name" => "Name",
            "groupType" => "Type",
            other => other,
        },
    }
}
