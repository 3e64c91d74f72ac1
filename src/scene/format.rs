//! Numbers as people read them: durations, instants, counts, bytes and shares.
//!
//! Everything rounds half up in integers, so that what is shown never depends on floating point, and a value that
//! rounds up to the next unit is shown in it (`999.5 µs` is `1.00 ms`). A minus is U+2212; `-` alone means unknown.

use crate::model::{PicoUsd, Timestamp};

/// What stands for an unknown value.
pub const UNKNOWN: &str = "-";

const MINUS: &str = "\u{2212}";

const SECOND: u64 = 1_000_000_000;

/// A duration in nanoseconds: three significant digits and one unit below a minute (`640 ns`, `12.4 µs`, `1.35 s`),
/// two units from there on (`1m 09s`, `2h 04m`, `3d 07h`).
pub fn duration(ns: i64) -> String {
    let sign = if ns < 0 { "\u{2212}" } else { "" };
    let ns = ns.unsigned_abs();
    if ns < 1000 {
        return format!("{sign}{ns} ns");
    }
    for (unit, name, limit) in [
        (1_000, "µs", 1000),
        (1_000_000, "ms", 1000),
        (SECOND, "s", 60),
    ] {
        if let Some(text) = three_digits(ns, unit, limit) {
            return format!("{sign}{text} {name}");
        }
    }
    let (minutes, hours) = (rounded(ns, SECOND * 60), rounded(ns, SECOND * 3600));
    let seconds = rounded(ns, SECOND);
    if seconds < 3600 {
        format!("{sign}{}m {:02}s", seconds / 60, seconds % 60)
    } else if minutes < 24 * 60 {
        format!("{sign}{}h {:02}m", minutes / 60, minutes % 60)
    } else {
        format!("{sign}{}d {:02}h", hours / 24, hours % 24)
    }
}

/// `value / unit` with three significant digits; `None` when it rounds to `limit` or more.
fn three_digits(value: u64, unit: u64, limit: u64) -> Option<String> {
    for (decimals, scale) in [(2_usize, 100), (1, 10), (0, 1)] {
        let scaled = (u128::from(value) * scale + u128::from(unit) / 2) / u128::from(unit);
        if scaled < 1000 && scaled < u128::from(limit) * scale {
            let (whole, rest) = (scaled / scale, scaled % scale);
            return Some(match decimals {
                0 => whole.to_string(),
                _ => format!("{whole}.{rest:0decimals$}"),
            });
        }
    }
    None
}

fn rounded(value: u64, unit: u64) -> u64 {
    ((u128::from(value) + u128::from(unit) / 2) / u128::from(unit)) as u64
}

/// Where on the clock instants are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Zone {
    /// Coordinated universal time.
    #[default]
    Utc,
    /// This many minutes east of it (the browser knows them for an instant).
    Minutes(i32),
}

impl Zone {
    pub(super) fn shift(self) -> i64 {
        match self {
            Self::Utc => 0,
            Self::Minutes(minutes) => i64::from(minutes) * 60_000_000_000,
        }
    }

    /// `UTC`, or the distance from it, e.g. `UTC+02:00`.
    pub fn name(self) -> String {
        match self {
            Self::Utc | Self::Minutes(0) => "UTC".to_owned(),
            Self::Minutes(minutes) => {
                let sign = if minutes < 0 { '\u{2212}' } else { '+' };
                let minutes = minutes.unsigned_abs();
                format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// An instant taken apart in a zone; proleptic Gregorian calendar, no leap seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Year; that of the Unix epoch is 1970.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// 0 to 999,999,999.
    pub nanosecond: u32,
}

impl Civil {
    /// Takes an instant apart.
    pub fn new(time: Timestamp, zone: Zone) -> Self {
        const SECOND: i64 = 1_000_000_000;
        const DAY: i64 = 86_400 * SECOND;
        let local = time.0.saturating_add(zone.shift());
        let in_day = local.rem_euclid(DAY);
        let seconds = in_day / SECOND;
        let (year, month, day) = civil_from_days(local.div_euclid(DAY));
        Self {
            year,
            month,
            day,
            hour: (seconds / 3600) as u8,
            minute: (seconds / 60 % 60) as u8,
            second: (seconds % 60) as u8,
            nanosecond: (in_day % SECOND) as u32,
        }
    }

    /// `2025-11-20`
    pub fn date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `14:02:11`
    pub fn time(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }
}

/// Year, month and day of a day counted from 1970-01-01.
///
/// Counts from 1 March of year 0, so that the leap day is the last of its year: 146,097 days make 400 years, and the
/// months from March on have 31, 30, 31, 30, 31 days over and over, which is 153 days in five months.
fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let days = days + 719_468;
    let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day + 2) / 153;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let day = day - (153 * from_march + 2) / 5 + 1;
    (
        cycle * 400 + year + i64::from(month <= 2),
        month as u8,
        day as u8,
    )
}

/// An instant for a table: `14:02:11`, with the day when it is not that of `today` (`2025-11-20 14:02:11`).
pub fn instant(time: Timestamp, zone: Zone, today: Timestamp) -> String {
    let (civil, today) = (Civil::new(time, zone), Civil::new(today, zone));
    if civil.date() == today.date() {
        civil.time()
    } else {
        format!("{} {}", civil.date(), civil.time())
    }
}

/// An instant in full to the millisecond, cut and not rounded: `2025-11-20 14:02:11.408 UTC`.
pub fn instant_full(time: Timestamp, zone: Zone) -> String {
    let civil = Civil::new(time, zone);
    let milliseconds = civil.nanosecond / 1_000_000;
    format!(
        "{} {}.{milliseconds:03} {}",
        civil.date(),
        civil.time(),
        zone.name()
    )
}

/// An instant to the nanosecond, to be copied (RFC 3339): `2025-11-20T14:02:11.408123456Z`.
pub fn instant_exact(time: Timestamp) -> String {
    let civil = Civil::new(time, Zone::Utc);
    format!("{}T{}.{:09}Z", civil.date(), civil.time(), civil.nanosecond)
}

/// A count in full with commas: `1,284`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (digit, left) in digits.chars().zip((0..digits.len()).rev()) {
        text.push(digit);
        if left > 0 && left % 3 == 0 {
            text.push(',');
        }
    }
    text
}

/// A count for a table: in full below 10,000, then three significant digits: `12.3k`, `1.24M`, `3.02B`.
pub fn count_short(value: u64) -> String {
    if value < 10_000 {
        return count(value);
    }
    for (unit, name) in [(1_000, 'k'), (1_000_000, 'M'), (1_000_000_000, 'B')] {
        if let Some(text) = three_digits(value, unit, 1000) {
            return format!("{text}{name}");
        }
    }
    format!("{}B", count(rounded(value, 1_000_000_000)))
}

/// An amount of money: four decimals below a dollar, cents from there, whole dollars from a thousand; `$0` for nothing and
/// `<$0.0001` for less than that.
pub fn cost(amount: PicoUsd) -> String {
    const DOLLAR: u64 = PicoUsd::DOLLAR.0.unsigned_abs();
    let value = amount.0.unsigned_abs();
    let sign = if amount.0 < 0 { MINUS } else { "" };
    if value == 0 {
        return "$0".to_owned();
    }
    if value < DOLLAR / 10_000 {
        return if amount.0 < 0 {
            format!("{MINUS}<$0.0001")
        } else {
            "<$0.0001".to_owned()
        };
    }
    let ten_thousandths = rounded(value, DOLLAR / 10_000);
    if ten_thousandths < 10_000 {
        return format!("{sign}$0.{ten_thousandths:04}");
    }
    let cents = rounded(value, DOLLAR / 100);
    if cents < 100_000 {
        return format!("{sign}${}.{:02}", cents / 100, cents % 100);
    }
    format!("{sign}${}", count(rounded(value, DOLLAR)))
}

/// A sum of which a part may be unknown: `≥` stands before one that is known in part, [`UNKNOWN`] for none at all.
pub fn at_least(known: Option<String>, is_complete: bool) -> String {
    match known {
        None => UNKNOWN.to_owned(),
        Some(text) if is_complete => text,
        Some(text) => format!("\u{2265} {text}"),
    }
}

/// A count with its noun, which agrees: `1 call`, `2 calls`. For nouns that take an `s`.
pub fn counted(value: u64, noun: &str) -> String {
    let plural = if value == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(value))
}

/// Bytes in steps of 1000: `640 B`, `3.1 MB`, `98.8 MB`, `418 KB`.
pub fn bytes(value: u64) -> String {
    if value < 1000 {
        return format!("{value} B");
    }
    let units = [
        (1_000, "KB"),
        (1_000_000, "MB"),
        (1_000_000_000, "GB"),
        (1_000_000_000_000, "TB"),
    ];
    for (unit, name) in units {
        let tenths = rounded(value, unit / 10);
        if tenths < 1000 {
            return format!("{}.{} {name}", tenths / 10, tenths % 10);
        }
        let whole = rounded(value, unit);
        if whole < 1000 {
            return format!("{whole} {name}");
        }
    }
    format!("{} TB", count(rounded(value, 1_000_000_000_000)))
}

/// A part of a whole: `79 %`, one decimal below ten, `<0.1 %` for less than that, [`UNKNOWN`] of nothing.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return UNKNOWN.to_owned();
    }
    if part == 0 {
        return "0 %".to_owned();
    }
    let of = |scale: u128| (u128::from(part) * scale + u128::from(whole) / 2) / u128::from(whole);
    match of(1000) {
        _ if u128::from(part) * 1000 < u128::from(whole) => "<0.1 %".to_owned(),
        tenths if tenths < 100 => format!("{}.{} %", tenths / 10, tenths % 10),
        _ => format!("{} %", of(100)),
    }
}

/// An id for a narrow place: its first 8 and last 4 characters, `…` between; a short one whole.
pub fn short_id(id: &str) -> String {
    let count = id.chars().count();
    if count <= 13 {
        return id.to_owned();
    }
    let mut text: String = id.chars().take(8).collect();
    text.push('…');
    text.extend(id.chars().skip(count - 4));
    text
}

#[cfg(test)]
mod tests;
