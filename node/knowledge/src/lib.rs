//! liaison-knowledge
