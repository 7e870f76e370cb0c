//! What the attributes of a directory mean: those of `inetOrgPerson` (RFC 2798, RFC 4519), Mozilla's address book and
//! Active Directory.

use crate::{
    book::Field,
    exchange::assembly::{BETWEEN_VALUES, Means, Part},
};

use Means::{Address, Born, CommonName, Derived, Groups, Key, Text, Value};

/// Attribute in small letters, what it means. Any other is kept in the notes, if it is text.
pub const ATTRIBUTES: &[(&str, Means)] = &[
    // Names.
    ("displayname", Text(Field::DisplayName)),
    ("cn", CommonName),
    ("commonname", CommonName),
    ("name", CommonName),
    ("givenname", Text(Field::FirstName)),
    ("gn", Text(Field::FirstName)),
    ("sn", Text(Field::LastName)),
    ("surname", Text(Field::LastName)),
    ("middlename", Text(Field::MiddleName)),
    ("personaltitle", Text(Field::Prefix)),
    ("generationqualifier", Text(Field::Suffix)),
    ("nickname", Text(Field::Nickname)),
    ("mozillanickname", Text(Field::Nickname)),
    ("xmozillanickname", Text(Field::Nickname)),
    ("initials", Derived),
    // Work.
    ("company", Text(Field::CompanyName)),
    ("o", Text(Field::CompanyName)),
    ("organizationname", Text(Field::CompanyName)),
    ("department", Text(Field::Department)),
    ("ou", Text(Field::Department)),
    ("orgunit", Text(Field::Department)),
    ("organizationalunitname", Text(Field::Department)),
    ("departmentnumber", Text(Field::Department)),
    ("title", Text(Field::Title)),
    ("manager", Text(Field::Manager)),
    // Addresses of the net.
    ("mail", Value(Field::Emails, "")),
    ("rfc822mailbox", Value(Field::Emails, "")),
    ("mozillasecondemail", Value(Field::Emails, "")),
    ("xmozillasecondemail", Value(Field::Emails, "")),
    ("msrtcsip-primaryuseraddress", Value(Field::SipAddresses, "work")),
    ("labeleduri", Value(Field::WebPages, "")),
    ("wwwhomepage", Value(Field::WebPages, "")),
    ("url", Value(Field::WebPages, "")),
    ("mozillahomeurl", Value(Field::WebPages, "home")),
    ("homeurl", Value(Field::WebPages, "home")),
    ("mozillaworkurl", Value(Field::WebPages, "work")),
    ("workurl", Value(Field::WebPages, "work")),
    // Phone numbers.
    ("telephonenumber", Value(Field::PhoneNumbers, "work")),
    ("othertelephone", Value(Field::PhoneNumbers, "work")),
    ("homephone", Value(Field::PhoneNumbers, "home")),
    ("otherhomephone", Value(Field::PhoneNumbers, "home")),
    ("hometelephonenumber", Value(Field::PhoneNumbers, "home")),
    ("mobile", Value(Field::PhoneNumbers, "mobile")),
    ("othermobile", Value(Field::PhoneNumbers, "mobile")),
    ("mobiletelephonenumber", Value(Field::PhoneNumbers, "mobile")),
    ("cellphone", Value(Field::PhoneNumbers, "mobile")),
    ("facsimiletelephonenumber", Value(Field::PhoneNumbers, "fax")),
    ("fax", Value(Field::PhoneNumbers, "fax")),
    ("pager", Value(Field::PhoneNumbers, "pager")),
    ("pagertelephonenumber", Value(Field::PhoneNumbers, "pager")),
    ("pagerphone", Value(Field::PhoneNumbers, "pager")),
    ("ipphone", Value(Field::PhoneNumbers, "work_extension")),
    // Postal addresses.
    ("street", Address("work", Part::Street)),
    ("streetaddress", Address("work", Part::Street)),
    ("mozillaworkstreet2", Address("work", Part::Street)),
    ("postofficebox", Address("work", Part::PoBox)),
    ("l", Address("work", Part::City)),
    ("localityname", Address("work", Part::City)),
    ("st", Address("work", Part::State)),
    ("stateorprovincename", Address("work", Part::State)),
    ("region", Address("work", Part::State)),
    ("postalcode", Address("work", Part::ZipCode)),
    ("zip", Address("work", Part::ZipCode)),
    ("co", Address("work", Part::Country)),
    ("friendlycountryname", Address("work", Part::Country)),
    ("c", Address("work", Part::CountryCode)),
    ("countryname", Address("work", Part::CountryCode)),
    ("postaladdress", Address("work", Part::Whole)),
    ("mozillahomestreet", Address("home", Part::Street)),
    ("mozillahomestreet2", Address("home", Part::Street)),
    ("mozillahomelocalityname", Address("home", Part::City)),
    ("mozillahomestate", Address("home", Part::State)),
    ("mozillahomepostalcode", Address("home", Part::ZipCode)),
    ("mozillahomecountryname", Address("home", Part::Country)),
    ("homepostaladdress", Address("home", Part::Whole)),
    // The rest.
    ("birthyear", Born(0)),
    ("birthmonth", Born(1)),
    ("birthday", Born(2)),
    ("description", Text(Field::Notes)),
    ("notes", Text(Field::Notes)),
    ("comment", Text(Field::Notes)),
    ("info", Text(Field::Notes)),
    ("memberof", Groups(BETWEEN_VALUES)),
    ("entryuuid", Key(0)),
    ("nsuniqueid", Key(0)),
    ("ipauniqueid", Key(0)),
    ("objectguid", Key(0)),
    ("guid", Key(0)),
    ("uid", Key(1)),
];

/// Attributes whose values name another entry; people see that entry's name.
pub const NAMES_OF_ENTRIES: [&str; 4] = ["manager", "memberof", "secretary", "assistant"];

/// Attributes whose values are lines with `$` between them (RFC 4517 section 3.3.28).
pub const LINES: [&str; 2] = ["postaladdress", "homepostaladdress"];

/// Attributes that hold a picture.
pub const PHOTOS: [&str; 3] = ["jpegphoto", "thumbnailphoto", "photo"];

/// Attributes that serve the directory and not its readers: they are left out, secrets above all.
pub const HOUSEKEEPING: [&str; 41] = [
    "accountexpires",
    "authpassword",
    "badpwdcount",
    "codepage",
    "countrycode",
    "createtimestamp",
    "creatorsname",
    "distinguishedname",
    "dscorepropagationdata",
    "entrycsn",
    "entrydn",
    "gecos",
    "gidnumber",
    "hassubordinates",
    "homedirectory",
    "instancetype",
    "lastlogoff",
    "lastlogon",
    "lastmodifieddate",
    "loginshell",
    "modifiersname",
    "modifytimestamp",
    "objectcategory",
    "objectclass",
    "objectsid",
    "primarygroupid",
    "pwdlastset",
    "samaccounttype",
    "sshpublickey",
    "structuralobjectclass",
    "subschemasubentry",
    "uidnumber",
    "unicodepwd",
    "useraccountcontrol",
    "usercertificate",
    "userpassword",
    "usersmimecertificate",
    "usnchanged",
    "usncreated",
    "whenchanged",
    "whencreated",
];

/// When an entry was last changed.
pub const REVISED: [&str; 2] = ["modifytimestamp", "whenchanged"];

/// Classes of groups.
pub const GROUPS: [&str; 6] =
    ["groupofnames", "groupofuniquenames", "groupofmembers", "group", "posixgroup", "mozillaabgroup"];

/// Attributes that name the members of a group.
pub const MEMBERS: [&str; 3] = ["member", "uniquemember", "memberuid"];

/// Classes of people; `contact` and `user` are those of Active Directory.
pub const PEOPLE: [&str; 6] =
    ["person", "organizationalperson", "inetorgperson", "mozillaabpersonalpha", "contact", "user"];

/// What an entry of no class of people must have to be somebody who can be reached.
pub const REACHED_BY: [&str; 4] = ["mail", "telephonenumber", "mobile", "homephone"];
