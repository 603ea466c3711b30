//! How often one caller may ask.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Callers that are told apart; all others share one bucket.
const CALLERS_MAX: usize = 4096;

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// A token, by its id.
    Token(String),
    /// An address; of IPv6 the network of 64 bits, since one host has them all.
    Address(IpAddr),
    /// Whoever does not fit into the table.
    Others,
}

/// A bucket for each caller: it holds `burst` requests and is refilled at a steady rate.
pub struct RateLimit {
    every: Duration,
    burst: u32,
    // When the bucket of a caller will be full again.
    full_at: Mutex<HashMap<Caller, Instant>>,
}

impl Caller {
    /// Who calls from this address.
    pub fn address(address: IpAddr) -> Caller {
        Caller::Address(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
            v4 => v4,
        })
    }
}

impl RateLimit {
    /// So many requests a second.
    pub fn new(per_second: u32, burst: u32) -> RateLimit {
        RateLimit::every(Duration::from_secs(1) / per_second.max(1), burst)
    }

    /// One request each time that this time has passed.
    pub fn every(every: Duration, burst: u32) -> RateLimit {
        RateLimit {
            every,
            burst: burst.max(1),
            full_at: Mutex::new(HashMap::new()),
        }
    }

    /// Takes a request out of the caller's bucket; or says after how long there is one again.
    pub fn take(&self, caller: Caller, now: Instant) -> Result<(), Duration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= CALLERS_MAX && !full_at.contains_key(&caller) {
            full_at.retain(|_, full| *full > now);
        }
        let crowded = full_at.len() >= CALLERS_MAX && !full_at.contains_key(&caller);
        let bucket = full_at
            .entry(if crowded { Caller::Others } else { caller })
            .or_insert(now);
        let full = (*bucket).max(now) + self.every;
        match (full - now).checked_sub(self.every * self.burst) {
            Some(missing) if !missing.is_zero() => Err(missing),
            _ => {
                *bucket = full;
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
