//! How well a few texts that belong together match a query: the commands of the palette, the files of a picker.

use super::{
    fold::{fold, second_form},
    matching,
    query::Query,
};

/// How well texts match a query: each term by the text that suits it best. `None` when a term is in none of them.
pub fn rank(query: &Query, texts: &[&str]) -> Option<u32> {
    let folded: Vec<String> = texts.iter().flat_map(|text| [Some(fold(text)), second_form(text)]).flatten().collect();
    let best = |forms: &[String]| {
        let pairs = folded.iter().flat_map(|text| forms.iter().map(move |form| (text, form)));
        pairs.filter_map(|(text, form)| matching::quality(text, form)).max()
    };
    query.terms.iter().try_fold(0, |sum, term| Some(sum + best(&term.forms)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str, texts: &[&str]) -> Option<u32> {
        rank(&Query::parse(query), texts)
    }

    #[test]
    fn every_term_counts_by_the_text_that_suits_it_best() {
        let texts = ["Delete the contact", "contacts.delete"];
        assert!(of("contacts.delete", &texts) > of("delete", &texts));
        assert!(of("delete", &texts) > of("lete", &texts));
        assert!(of("lete", &texts) > of("dlt", &texts));
        assert!(of("dlt", &texts).is_some());
        assert_eq!(of("delete group", &texts), None);
        assert_eq!(of("", &texts), Some(0));
    }
}
