//! What judgements rest on: the charter versions in force and the set of statements.

use crate::charter::{Chain, ChainError, Charter};
use crate::dsse::Signed;
use crate::origin::Origin;
use crate::statement::{InsertError, Statement, Statements};

/// The charter chain and the statements known. All judgements are functions of it and of bytes.
#[derive(Debug, Clone)]
pub struct World {
    chain: Chain,
    statements: Statements,
}

impl World {
    /// The world of a chain, with the statements that it carries.
    pub fn new(chain: Chain) -> World {
        let statements = Statements::from_chain(&chain);
        World { chain, statements }
    }

    /// The charter chain.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The statements.
    pub fn statements(&self) -> &Statements {
        &self.statements
    }

    /// Whether the council or the authority's root ordered the redaction of an entry.
    pub fn is_redacted(&self, origin: &Origin, index: u64) -> bool {
        self.chain.is_redacted(origin, index) || self.statements.is_redacted(origin, index)
    }

    /// Takes in a charter version and the statements that it carries. True when the versions in
    /// force changed.
    pub fn insert_charter(&mut self, charter: Signed<Charter>) -> Result<bool, ChainError> {
        let changed = self.chain.insert(charter)?;
        if changed {
            self.statements.insert_from_chain(&self.chain);
        }
        Ok(changed)
    }

    /// Takes in the operator's choice between rivals.
    pub fn resolve(&mut self, chosen: crate::Hash) -> bool {
        let changed = self.chain.resolve(chosen);
        if changed {
            self.statements.insert_from_chain(&self.chain);
        }
        changed
    }

    /// Takes in a statement. True when it is new.
    pub fn insert_statement(&mut self, statement: Signed<Statement>) -> Result<bool, InsertError> {
        self.statements.insert(&self.chain, statement)
    }
}
