//! Where what an authority prepares is kept: a file each, by an id.

use std::io;

/// Takes in a file: the id in its name, and what it holds.
pub type Take<'a> = dyn FnMut(&str, &[u8]) -> Result<(), Misfit> + 'a;

/// A folder of files: each write is durable when it returns.
pub trait Files: Send {
    /// Hands over all that are there, one at a time. What is refused is left alone and told of.
    fn each(&self, take: &mut Take<'_>) -> io::Result<()>;
    /// Reads one.
    fn read(&self, id: &str) -> io::Result<Vec<u8>>;
    /// Keeps one in the place of what it was.
    fn write(&mut self, id: &str, bytes: &[u8]) -> io::Result<()>;
    /// Removes one.
    fn remove(&mut self, id: &str) -> io::Result<()>;
}

/// Why a file does not hold what its folder is for.
#[derive(Debug, thiserror::Error)]
pub enum Misfit {
    /// It does not read.
    #[error("it does not read: {0}")]
    Form(#[from] serde_json::Error),
    /// Its name is not that of what is in it.
    #[error("it holds {0}, which its name is not")]
    Name(String),
}
