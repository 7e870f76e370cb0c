//! The words of the book, for completing what is typed into a form.

use std::collections::HashMap;

use crate::{
    book::Failure,
    search::{Topic, Vocabulary},
};

use super::Book;

/// The words of contacts outside the trash: a topic's place in [`TOPICS`], the word, how many contacts have it.
const WORDS: &str = "
    WITH live AS MATERIALIZED (
        SELECT document FROM document JOIN contact USING (row) WHERE contact.trashed IS NULL
    )
    SELECT 0, document ->> '$.companyName', count(*) FROM live GROUP BY 2
    UNION ALL SELECT 1, document ->> '$.title', count(*) FROM live GROUP BY 2
    UNION ALL SELECT 2, document ->> '$.department', count(*) FROM live GROUP BY 2
    UNION ALL SELECT 3, value ->> '$.city', count(*) FROM live, json_each(document, '$.addresses') GROUP BY 2
    UNION ALL SELECT 4, value ->> '$.state', count(*) FROM live, json_each(document, '$.addresses') GROUP BY 2
    UNION ALL SELECT 5, value ->> '$.country', count(*) FROM live, json_each(document, '$.addresses') GROUP BY 2
    UNION ALL SELECT 6, value, count(*) FROM live, json_tree(document)
        WHERE instr(document, '\"label\"') AND key = 'label' AND type = 'text' GROUP BY 2";

const TOPICS: [Topic; 7] =
    [Topic::Company, Topic::Title, Topic::Department, Topic::City, Topic::State, Topic::Country, Topic::Type];

impl Book {
    /// The companies, titles, towns and the like that contacts outside the trash have, and how often.
    ///
    /// # Errors
    /// The book cannot be read.
    pub fn vocabulary(&self) -> Result<Vocabulary, Failure> {
        let read = || -> rusqlite::Result<Vocabulary> {
            let mut statement = self.connection.prepare_cached(WORDS)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let mut counts: HashMap<(Topic, String), usize> = HashMap::new();
            for row in rows {
                let (topic, word, count): (usize, Option<String>, usize) = row?;
                if let Some(word) = word.map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()) {
                    *counts.entry((TOPICS[topic], word)).or_default() += count;
                }
            }
            Ok(Vocabulary::new(counts.into_iter().map(|((topic, word), count)| (topic, word, count))))
        };
        read().map_err(|error| self.failure(&error))
    }
}
