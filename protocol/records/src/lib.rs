//! liaison-records
