//! liaison-authority
