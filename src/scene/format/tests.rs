use super::*;

#[test]
fn durations_have_three_digits_and_one_unit() {
    for (ns, text) in [
        (0, "0 ns"),
        (1, "1 ns"),
        (640, "640 ns"),
        (999, "999 ns"),
        (1_000, "1.00 µs"),
        (1_004, "1.00 µs"),
        (1_005, "1.01 µs"),
        (9_994, "9.99 µs"),
        (9_995, "10.0 µs"),
        (12_400, "12.4 µs"),
        (99_949, "99.9 µs"),
        (99_950, "100 µs"),
        (999_499, "999 µs"),
        (999_500, "1.00 ms"),
        (8_600_000, "8.60 ms"),
        (991_000_000, "991 ms"),
        (999_499_999, "999 ms"),
        (999_500_000, "1.00 s"),
        (1_350_000_000, "1.35 s"),
        (40_800_000_000, "40.8 s"),
        (59_949_999_999, "59.9 s"),
        (59_950_000_000, "1m 00s"),
        (59_960_000_000, "1m 00s"),
        (69_000_000_000, "1m 09s"),
        (119_499_999_999, "1m 59s"),
        (119_500_000_000, "2m 00s"),
        (3_599_499_999_999, "59m 59s"),
        (3_599_500_000_000, "1h 00m"),
        (7_440_000_000_000, "2h 04m"),
        (86_369_999_999_999, "23h 59m"),
        (86_370_000_000_000, "1d 00h"),
        (284_400_000_000_000, "3d 07h"),
        (i64::MAX, "106752d 00h"),
        (-1_350_000_000, "\u{2212}1.35 s"),
        (i64::MIN, "\u{2212}106752d 00h"),
    ] {
        assert_eq!(duration(ns), text, "{ns} ns");
    }
}

#[test]
fn instants_follow_the_calendar() {
    let full = |ns| instant_full(Timestamp(ns), Zone::Utc);
    assert_eq!(full(0), "1970-01-01 00:00:00.000 UTC");
    assert_eq!(full(-1), "1969-12-31 23:59:59.999 UTC");
    assert_eq!(
        full(1_763_647_331_408_999_999),
        "2025-11-20 14:02:11.408 UTC"
    );
    assert_eq!(full(951_782_400_000_000_000), "2000-02-29 00:00:00.000 UTC");
    assert_eq!(
        full(4_107_542_399_999_999_999),
        "2100-02-28 23:59:59.999 UTC"
    );
    assert_eq!(
        full(4_107_542_400_000_000_000),
        "2100-03-01 00:00:00.000 UTC"
    );
    assert_eq!(full(i64::MAX), "2262-04-11 23:47:16.854 UTC");
    assert_eq!(full(i64::MIN), "1677-09-21 00:12:43.145 UTC");
    assert_eq!(
        instant_exact(Timestamp(1_763_647_331_408_000_005)),
        "2025-11-20T14:02:11.408000005Z"
    );
}

#[test]
fn every_day_follows_the_one_before() {
    let (mut year, mut month, mut day) = (1600, 1, 1);
    for days in -135_140..135_140_i64 {
        assert_eq!(civil_from_days(days), (year, month, day));
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        day += 1;
        if day > last {
            (month, day) = (month + 1, 1);
        }
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
}

#[test]
fn zones_shift_and_say_their_name() {
    let time = Timestamp(1_763_647_331_408_000_000);
    let shown = |minutes| instant_full(time, Zone::Minutes(minutes));
    assert_eq!(shown(330), "2025-11-20 19:32:11.408 UTC+05:30");
    assert_eq!(shown(-900), "2025-11-19 23:02:11.408 UTC\u{2212}15:00");
    assert_eq!(shown(0), "2025-11-20 14:02:11.408 UTC");
    let later = Timestamp(time.0 + 36_000_000_000_000);
    assert_eq!(instant(time, Zone::Utc, time), "14:02:11");
    assert_eq!(instant(time, Zone::Utc, later), "2025-11-20 14:02:11");
    assert_eq!(instant(time, Zone::Minutes(-600), later), "04:02:11");
}

#[test]
fn counts_and_their_nouns() {
    assert_eq!(count(0), "0");
    assert_eq!(count(999), "999");
    assert_eq!(count(1_284), "1,284");
    assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    for (value, text) in [
        (9_999, "9,999"),
        (10_000, "10.0k"),
        (12_349, "12.3k"),
        (76_900, "76.9k"),
        (99_949, "99.9k"),
        (99_950, "100k"),
        (999_499, "999k"),
        (999_500, "1.00M"),
        (1_240_000, "1.24M"),
        (3_020_000_000, "3.02B"),
        (2_000_000_000_000, "2,000B"),
    ] {
        assert_eq!(count_short(value), text);
    }
    assert_eq!(counted(1, "call"), "1 call");
    assert_eq!(counted(0, "call"), "0 calls");
    assert_eq!(counted(1_284, "run"), "1,284 runs");
}

#[test]
fn bytes_step_by_a_thousand() {
    for (value, text) in [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 KB"),
        (99_949, "99.9 KB"),
        (99_950, "100 KB"),
        (418_000, "418 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (3_100_000, "3.1 MB"),
        (98_800_000, "98.8 MB"),
        (999_500_000, "1.0 GB"),
        (2_500_000_000_000, "2.5 TB"),
    ] {
        assert_eq!(bytes(value), text);
    }
    assert_eq!(bytes(u64::MAX), "18,446,744 TB");
}

#[test]
fn shares_have_a_decimal_below_ten() {
    for (part, whole, text) in [
        (0, 0, "-"),
        (0, 10, "0 %"),
        (1, 10_000, "<0.1 %"),
        (999, 1_000_000, "<0.1 %"),
        (1, 1_000, "0.1 %"),
        (994, 10_000, "9.9 %"),
        (996, 10_000, "10 %"),
        (79, 100, "79 %"),
        (795, 1_000, "80 %"),
        (u64::MAX, u64::MAX, "100 %"),
    ] {
        assert_eq!(share(part, whole), text, "{part} of {whole}");
    }
}

#[test]
fn ids_are_shortened_in_the_middle() {
    assert_eq!(
        short_id("7d1e04c2aaaabbbbccccddddeeeea1f3"),
        "7d1e04c2…a1f3"
    );
    assert_eq!(short_id("7d1e04c2a1f31"), "7d1e04c2a1f31");
    assert_eq!(short_id(""), "");
    assert_eq!(short_id("ééééééééééééééé"), "éééééééé…éééé");
}

#[test]
fn money_is_rounded_from_the_exact_amount() {
    let shown = |text: &str| cost(PicoUsd::parse(text).unwrap());
    for (amount, wanted) in [
        ("0", "$0"),
        ("0.00000000001", "<$0.0001"),
        ("0.00009999", "<$0.0001"),
        ("0.0001", "$0.0001"),
        ("0.00105432", "$0.0011"),
        ("0.99994", "$0.9999"),
        ("0.99995", "$1.00"),
        ("12.4", "$12.40"),
        ("999.994", "$999.99"),
        ("999.995", "$1,000"),
        ("1240.4", "$1,240"),
        ("-0.5", "\u{2212}$0.5000"),
    ] {
        assert_eq!(shown(amount), wanted, "{amount}");
    }
}

#[test]
fn a_sum_says_whether_all_of_it_is_known() {
    let three = || Some("3".to_owned());
    assert_eq!(at_least(three(), true), "3");
    assert_eq!(at_least(three(), false), "\u{2265} 3");
    assert_eq!(at_least(None, false), UNKNOWN);
}
