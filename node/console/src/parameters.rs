//! What a page's address asks for behind its `?`.

/// The parameters of an address; of a name that stands twice the first counts.
pub(crate) struct Parameters(Vec<(String, String)>);

/// Characters of a parameter that are looked at.
const VALUE_MAX: usize = 300;

impl Parameters {
    /// Those of a path with its query.
    pub(crate) fn of(path: &str) -> Parameters {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let pairs = form_urlencoded::parse(query.as_bytes());
        Parameters(
            pairs
                .map(|(name, value)| (name.into_owned(), value.trim().chars().take(VALUE_MAX).collect()))
                .collect(),
        )
    }

    /// A parameter that says something.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
}

/// A path with those of these parameters that say something.
pub(crate) fn path_with<'v>(
    path: &str,
    parameters: impl IntoIterator<Item = (&'v str, Option<&'v str>)>,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_parameter_counts_and_an_empty_one_is_none() {
        let asked = Parameters::of("/a?x=1&x=2&y=&z=%20a%2Fb%20&x");
        assert_eq!(asked.get("x"), Some("1"));
        assert_eq!(asked.get("y"), None);
        assert_eq!(asked.get("z"), Some("a/b"));
        assert_eq!(Parameters::of("/a").get("x"), None);
    }

    #[test]
    fn a_path_is_written_with_what_is_asked() {
        let path = path_with("/a", [("x", Some("1/2")), ("y", None), ("z", Some("ü&"))]);
        assert_eq!(path, "/a?x=1%2F2&z=%C3%BC%26");
        assert_eq!(path_with("/a", [("y", None)]), "/a");
    }
}
