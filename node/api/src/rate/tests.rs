use super::*;

fn limit() -> (RateLimit, Instant) {
    (RateLimit::new(10, 3), Instant::now())
}

fn token(id: usize) -> Caller {
    Caller::Token(id.to_string())
}

#[test]
fn a_bucket_holds_a_burst_and_is_refilled_at_its_rate() {
    let (limit, now) = limit();
    for _ in 0..3 {
        limit.take(token(1), now).unwrap();
    }
    assert_eq!(limit.take(token(1), now), Err(Duration::from_millis(100)));
    let later = now + Duration::from_millis(60);
    assert_eq!(limit.take(token(1), later), Err(Duration::from_millis(40)));
    let later = now + Duration::from_millis(100);
    limit.take(token(1), later).unwrap();
    assert!(limit.take(token(1), later).is_err());
}

#[test]
fn a_long_pause_gives_a_burst_and_no_more() {
    let (limit, now) = limit();
    limit.take(token(1), now).unwrap();
    let later = now + Duration::from_secs(3600);
    for _ in 0..3 {
        limit.take(token(1), later).unwrap();
    }
    assert!(limit.take(token(1), later).is_err());
}

#[test]
fn callers_do_not_share_a_bucket_but_the_addresses_of_one_host_do() {
    let (limit, now) = limit();
    let address = |text: &str| Caller::address(text.parse().unwrap());
    for last in 1..=3 {
        limit
            .take(address(&format!("2001:db8:0:1::{last}")), now)
            .unwrap();
    }
    assert!(limit.take(address("2001:db8:0:1:ffff::1"), now).is_err());
    limit.take(address("2001:db8:0:2::1"), now).unwrap();
    assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
}

#[test]
fn more_callers_than_are_told_apart_share_a_bucket_until_there_is_room() {
    let (limit, now) = limit();
    for id in 0..CALLERS_MAX {
        limit.take(token(id), now).unwrap();
    }
    for id in 0..3 {
        limit.take(token(CALLERS_MAX + id), now).unwrap();
    }
    assert!(limit.take(token(CALLERS_MAX + 3), now).is_err());
    assert!(limit.full_at.lock().unwrap().len() <= CALLERS_MAX + 1);
    // Those that have not asked for a while are forgotten.
    let later = now + Duration::from_secs(1);
    limit.take(token(CALLERS_MAX + 4), later).unwrap();
    assert_eq!(limit.full_at.lock().unwrap().len(), 1);
}
