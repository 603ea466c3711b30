//! Files of statements: grants, and lists of signed statements, each with its length before it.

use std::path::Path;

use liaison_protocol::ceremony::{FILE_SIZE_MAX, Grant};
use liaison_protocol::dsse::{FormatError, Signed};
use liaison_protocol::statement::Statement;
use prost::Message;

use crate::failure::Failure;
use crate::files;
use crate::material::Material;

/// Reads the statements of a list. Their signatures are not verified: that takes a charter.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Signed<Statement>>, FormatError> {
    let cut = || {
        FormatError::field(
            "statements",
            "the file is cut short, or no file of statements at all",
        )
    };
    let mut rest = bytes;
    let mut statements = Vec::new();
    while !rest.is_empty() {
        let length = prost::decode_length_delimiter(&mut rest).map_err(|_| cut())?;
        let (statement, tail) = rest.split_at_checked(length).ok_or_else(cut)?;
        statements.push(Signed::from_bytes(statement)?);
        rest = tail;
    }
    if statements.is_empty() || write(&statements) != bytes {
        Err(cut())
    } else {
        Ok(statements)
    }
}

/// Writes a list.
pub(crate) fn write(statements: &[Signed<Statement>]) -> Vec<u8> {
    statements
        .iter()
        .flat_map(|statement| statement.envelope().encode_length_delimited_to_vec())
        .collect()
}

/// The statements of a grant or of a list.
pub(crate) fn open(path: &Path) -> Result<Vec<Signed<Statement>>, Failure> {
    let bytes = files::read(path, FILE_SIZE_MAX)?;
    if let Ok(grant) = Grant::from_bytes(&bytes) {
        return Ok(grant.statements);
    }
    read(&bytes).map_err(|cause| Material::Statements.mismatch(path, &bytes, &cause))
}

/// Hand the statements of a grant or of a file to a node, which spreads them.
///
/// Any node of the network takes any authority's statements, so an authority whose own node is lost
/// comes back through another's.
#[cfg(feature = "node")]
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  liaison mandate import FR-5e4ad5e5.revocation")]
pub(crate) struct Import {
    /// Grants and files of statements.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<std::path::PathBuf>,
}

#[cfg(feature = "node")]
impl Import {
    pub(super) fn run(self, session: &crate::session::Session) -> Result<(), Failure> {
        use crate::client::contexts::at_node;
        use liaison_api::model::ImportedStatement;

        let statements: Vec<Signed<Statement>> = self
            .files
            .iter()
            .map(|path| open(path))
            .collect::<Result<Vec<_>, _>>()?
            .concat();
        let imported: Vec<ImportedStatement> = at_node(session, async |connection| {
            let mut imported = Vec::new();
            for statement in &statements {
                connection.check_network(statement.network)?;
                imported.push(
                    connection
                        .client
                        .post_bytes("/v1/statements", statement.to_bytes())
                        .await?,
                );
            }
            Ok(imported)
        })?;
        let added = imported.iter().filter(|statement| statement.added).count();
        session.output.answer(
            &serde_json::json!({ "statements": imported, "added": added }),
            |_| {
                format!(
                    "The node took in {added} of {} statements; it knew the others.\n",
                    imported.len()
                )
            },
        )
    }
}
