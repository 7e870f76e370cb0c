//! The order of a form: of its lines, and of the keyboard. What is asked for most comes first.

use crate::book::Field;

/// What stands in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A field.
    Field(Field),
    /// The groups, and the name of a new one.
    Groups,
    /// A gap.
    Gap,
}

/// Everything, from top to bottom. Gaps where a contact has nothing to write around them fall away.
#[rustfmt::skip]
pub const ORDER: [Entry; 27] = {
    use Entry::{Field as F, Gap, Groups};
    use Field::{
        Addresses, AvatarUrl, Birthday, CompanyName, Department, DisplayName, Emails, FirstName, LastName, Manager,
        MiddleName, Nickname, Notes, PhoneNumbers, Prefix, PrimaryContactMethod, SipAddresses, Suffix, Title, WebPages,
    };
    [
        F(FirstName), F(LastName), F(DisplayName), Gap,
        F(PhoneNumbers), F(Emails), Gap,
        F(CompanyName), F(Title), Gap,
        Groups, Gap,
        F(Notes), Gap,
        F(Addresses), Gap,
        F(SipAddresses), F(WebPages), F(Birthday), F(Nickname),
        F(Prefix), F(MiddleName), F(Suffix), F(Department), F(Manager), F(PrimaryContactMethod),
        F(AvatarUrl),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_one_place() {
        for field in Field::ALL {
            assert_eq!(ORDER.iter().filter(|entry| **entry == Entry::Field(field)).count(), 1, "{field:?}");
        }
        assert_eq!(ORDER.iter().filter(|entry| **entry == Entry::Groups).count(), 1);
    }
}
