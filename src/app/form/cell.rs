//! The cells of a form: where the focus can be, and what each writes.

use super::{
    choice::first_word,
    order::{Entry, ORDER},
};
use crate::book::{Address, Draft, Field, TypedValue, field::Shape};

/// A part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Street and number.
    Street,
    /// Apartment, suite, building.
    Extended,
    /// Postal code.
    ZipCode,
    /// Town.
    City,
    /// State, province or region.
    State,
    /// Country.
    Country,
    /// Post office box.
    PoBox,
}

impl Part {
    /// In the order of the form.
    pub const ALL: [Self; 7] =
        [Self::Street, Self::Extended, Self::ZipCode, Self::City, Self::State, Self::Country, Self::PoBox];

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Street => "Street",
            Self::Extended => "Building",
            Self::ZipCode => "Postal code",
            Self::City => "City",
            Self::State => "State",
            Self::Country => "Country",
            Self::PoBox => "PO box",
        }
    }

    /// Its text.
    pub fn text(self, address: &Address) -> &str {
        match self {
            Self::Street => &address.street,
            Self::Extended => &address.extended,
            Self::ZipCode => &address.zip_code,
            Self::City => &address.city,
            Self::State => &address.state,
            Self::Country => &address.country,
            Self::PoBox => &address.po_box,
        }
    }

    fn text_mut(self, address: &mut Address) -> &mut String {
        match self {
            Self::Street => &mut address.street,
            Self::Extended => &mut address.extended,
            Self::ZipCode => &mut address.zip_code,
            Self::City => &mut address.city,
            Self::State => &mut address.state,
            Self::Country => &mut address.country,
            Self::PoBox => &mut address.po_box,
        }
    }
}

/// A place of a form that can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    /// A field of one or several lines.
    Text(Field),
    /// The type of a value, by its row.
    Type(Field, usize),
    /// A value, by its row.
    Value(Field, usize),
    /// The type of an address, by its place.
    AddressType(usize),
    /// A part of an address, by its place.
    Address(usize, Part),
    /// How the contact likes to be reached.
    Method,
    /// The checklist of groups.
    Groups,
    /// The name of a group to be made.
    NewGroup,
}

impl Cell {
    /// The field it belongs to.
    pub fn field(self) -> Option<Field> {
        match self {
            Self::Text(field) | Self::Type(field, _) | Self::Value(field, _) => Some(field),
            Self::AddressType(_) | Self::Address(..) => Some(Field::Addresses),
            Self::Method => Some(Field::PrimaryContactMethod),
            Self::Groups | Self::NewGroup => None,
        }
    }

    /// The row of a list that it stands in.
    pub fn row(self) -> Option<usize> {
        match self {
            Self::Type(_, row) | Self::Value(_, row) | Self::AddressType(row) | Self::Address(row, _) => Some(row),
            Self::Text(_) | Self::Method | Self::Groups | Self::NewGroup => None,
        }
    }

    /// Whether one chooses here among words.
    pub fn is_choice(self) -> bool {
        matches!(self, Self::Type(..) | Self::AddressType(_) | Self::Method)
    }

    /// Whether it stands left of its value.
    pub fn is_type(self) -> bool {
        matches!(self, Self::Type(..) | Self::AddressType(_))
    }

    /// The value beside this type, as long as nothing is written in it.
    pub fn value_beside(self, draft: &Draft) -> Option<Self> {
        let Self::Type(field, row) = self else { return None };
        let is_empty = field.values(draft)?.get(row)?.value.is_empty();
        is_empty.then_some(Self::Value(field, row))
    }

    /// The text written here.
    pub fn text(self, draft: &Draft) -> Option<&str> {
        match self {
            Self::Text(field) => field.text(draft),
            Self::Value(field, row) => Some(&field.values(draft)?.get(row)?.value),
            Self::Address(row, part) => draft.profile.addresses.get(row).map(|address| part.text(address)),
            Self::Type(..) | Self::AddressType(_) | Self::Method | Self::Groups | Self::NewGroup => None,
        }
    }

    /// The text written here.
    pub fn text_mut<'a>(self, draft: &'a mut Draft, new_group: &'a mut String) -> Option<&'a mut String> {
        match self {
            Self::Text(field) => field.text_mut(draft),
            Self::Value(field, row) => Some(&mut field.values_mut(draft)?.get_mut(row)?.value),
            Self::Address(row, part) => draft.profile.addresses.get_mut(row).map(|address| part.text_mut(address)),
            Self::NewGroup => Some(new_group),
            Self::Type(..) | Self::AddressType(_) | Self::Method | Self::Groups => None,
        }
    }

    /// The type chosen here and the word of one's own.
    pub fn word_mut(self, draft: &mut Draft) -> Option<(&mut String, &mut String)> {
        match self {
            Self::Type(field, row) => {
                field.values_mut(draft)?.get_mut(row).map(|value| (&mut value.kind, &mut value.label))
            }
            Self::AddressType(row) => {
                draft.profile.addresses.get_mut(row).map(|address| (&mut address.kind, &mut address.label))
            }
            _ => None,
        }
    }
}

/// Every cell, in the order of the form. Only what the user may write is one.
pub fn cells(draft: &Draft) -> Vec<Cell> {
    ORDER.into_iter().flat_map(|entry| cells_of(entry, draft)).collect()
}

fn cells_of(entry: Entry, draft: &Draft) -> Vec<Cell> {
    match entry {
        Entry::Gap => Vec::new(),
        Entry::Groups => vec![Cell::Groups, Cell::NewGroup],
        Entry::Field(field) if !field.editable_in(draft.contact_type) => Vec::new(),
        Entry::Field(Field::PrimaryContactMethod) => vec![Cell::Method],
        Entry::Field(field) => match field.shape() {
            Shape::Line | Shape::Text => vec![Cell::Text(field)],
            Shape::Values => {
                let rows = field.values(draft).unwrap_or_default().len();
                (0..rows).flat_map(|row| [Cell::Type(field, row), Cell::Value(field, row)]).collect()
            }
            Shape::Addresses => {
                let of_row =
                    |row| std::iter::once(Cell::AddressType(row)).chain(Part::ALL.map(|p| Cell::Address(row, p)));
                (0..draft.profile.addresses.len()).flat_map(of_row).collect()
            }
        },
    }
}

/// Gives every list an empty row to type in, where it has none.
pub fn pad(draft: &mut Draft) {
    for field in Field::ALL {
        if field.editable_in(draft.contact_type) && field.is_empty(draft) {
            insert(draft, field, 0);
        }
    }
}

fn insert(draft: &mut Draft, field: Field, row: usize) {
    let is_address = field == Field::Addresses;
    let word = first_word(if is_address { Cell::AddressType(row) } else { Cell::Type(field, row) });
    match field.shape() {
        Shape::Values => {
            if let Some(values) = field.values_mut(draft) {
                values.insert(row.min(values.len()), TypedValue::new(word, ""));
            }
        }
        Shape::Addresses => {
            let addresses = &mut draft.profile.addresses;
            addresses.insert(row.min(addresses.len()), Address { kind: word.to_owned(), ..Address::default() });
        }
        Shape::Line | Shape::Text => {}
    }
}

/// Another row under the one of `cell`. Returns the cell to type in.
pub fn add_row(draft: &mut Draft, cell: Cell) -> Cell {
    let (Some(field), Some(row)) = (cell.field(), cell.row()) else { return cell };
    insert(draft, field, row + 1);
    value_cell(field, row + 1)
}

/// The row of `cell` goes; the last one of a list is emptied. Returns the cell that takes the focus.
pub fn drop_row(draft: &mut Draft, cell: Cell) -> Cell {
    let (Some(field), Some(row)) = (cell.field(), cell.row()) else { return cell };
    let left = if field == Field::Addresses {
        draft.profile.addresses.remove(row);
        draft.profile.addresses.len()
    } else if let Some(values) = field.values_mut(draft) {
        values.remove(row);
        values.len()
    } else {
        return cell;
    };
    pad(draft);
    value_cell(field, row.min(left.saturating_sub(1)))
}

fn value_cell(field: Field, row: usize) -> Cell {
    if field == Field::Addresses { Cell::Address(row, Part::Street) } else { Cell::Value(field, row) }
}

/// The value of `cell` becomes the only primary one of its list, or no longer is.
pub fn toggle_primary(draft: &mut Draft, cell: Cell) {
    let (Some(field), Some(row)) = (cell.field(), cell.row()) else { return };
    let marks: Vec<&mut bool> = if field == Field::Addresses {
        draft.profile.addresses.iter_mut().map(|address| &mut address.primary).collect()
    } else {
        field.values_mut(draft).into_iter().flatten().map(|value| &mut value.primary).collect()
    };
    for (place, mark) in marks.into_iter().enumerate() {
        *mark = place == row && !*mark;
    }
}
