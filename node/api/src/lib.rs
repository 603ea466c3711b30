//! liaison-api
