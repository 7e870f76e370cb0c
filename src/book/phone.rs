//! Phone numbers: kept as typed, compared by their digits.

/// The digits of a number as typed, with letters of vanity numbers left out: `+1 (415) 555-0042` is `14155550042`.
pub fn digits(number: &str) -> String {
    number.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect()
}
