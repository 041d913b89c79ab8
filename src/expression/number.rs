//! Numbers as Java sees them: decimals that keep the digits they were written with, and the text
//! of a `double`.
//!
//! A decimal holds up to 38 digits, the width of an `i128`; callers fall back to a double where
//! that is not enough.

use std::cmp::Ordering;

/// An exact decimal: `unscaled` times ten to the power of minus `scale`, like `BigDecimal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    unscaled: i128,
    scale: i32,
}

/// How a decimal loses digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    /// Towards positive infinity.
    Ceiling,
    /// Towards negative infinity.
    Floor,
    /// To the nearest, a half away from zero.
    HalfUp,
}

/// Scales beyond this make no sense in a message and would only cost time.
const MAX_SCALE: i32 = 400;

impl Decimal {
    /// Reads a decimal as written: `-12.50`, `1e5`. `None` for other text and beyond 38 digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let signless = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(signless) || !digits(fraction) || signless.len() + fraction.len() == 0 {
            return None;
        }
        let unscaled: i128 = format!("{whole}{fraction}").parse().ok()?;
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        (scale.abs() <= MAX_SCALE).then_some(Self { unscaled, scale })
    }

    /// The decimal of a double: its shortest text, read back.
    pub(super) fn from_double(value: f64) -> Option<Self> {
        value.is_finite().then(|| Self::parse(&double_text(value))).flatten()
    }

    /// Whether it is zero at any scale.
    pub(super) fn is_zero(self) -> bool {
        self.unscaled == 0
    }

    /// The nearest double.
    pub(super) fn to_double(self) -> f64 {
        format!("{}e{}", self.unscaled, -self.scale).parse().unwrap_or(f64::NAN)
    }

    /// The sum at the larger scale; `None` beyond 38 digits.
    pub(super) fn add(self, other: Self) -> Option<Self> {
        let (left, right, scale) = aligned(self, other)?;
        Some(Self { unscaled: left.checked_add(right)?, scale })
    }

    /// The difference at the larger scale; `None` beyond 38 digits.
    pub(super) fn subtract(self, other: Self) -> Option<Self> {
        let (left, right, scale) = aligned(self, other)?;
        Some(Self { unscaled: left.checked_sub(right)?, scale })
    }

    /// The product, its scale the sum of the scales; `None` beyond 38 digits.
    pub(super) fn multiply(self, other: Self) -> Option<Self> {
        let scale = self.scale + other.scale;
        let unscaled = self.unscaled.checked_mul(other.unscaled)?;
        (scale.abs() <= MAX_SCALE).then_some(Self { unscaled, scale })
    }

    /// The quotient at the dividend's scale, rounded half up; `None` for a zero divisor or beyond
    /// 38 digits.
    pub(super) fn divide(self, other: Self) -> Option<Self> {
        let (numerator, denominator) = if other.scale >= 0 {
            (self.unscaled.checked_mul(power_of_ten(other.scale)?)?, other.unscaled)
        } else {
            (self.unscaled, other.unscaled.checked_mul(power_of_ten(-other.scale)?)?)
        };
        let unscaled = divide_rounded(numerator, denominator, Rounding::HalfUp)?;
        Some(Self { unscaled, scale: self.scale })
    }

    /// What is left after a division towards zero; `None` for a zero divisor or beyond 38 digits.
    pub(super) fn remainder(self, other: Self) -> Option<Self> {
        let (left, right, scale) = aligned(self, other)?;
        Some(Self { unscaled: left.checked_rem(right)?, scale })
    }

    /// The same number with another count of decimal places; `None` beyond 38 digits.
    pub(super) fn with_scale(self, scale: i32, rounding: Rounding) -> Option<Self> {
        let unscaled = if scale >= self.scale {
            self.unscaled.checked_mul(power_of_ten(scale - self.scale)?)?
        } else {
            match power_of_ten(self.scale - scale) {
                Some(power) => divide_rounded(self.unscaled, power, rounding)?,
                None => divide_rounded(self.unscaled.signum(), 10, rounding)?,
            }
        };
        Some(Self { unscaled, scale })
    }

    /// The number without its sign.
    pub(super) fn abs(self) -> Self {
        Self { unscaled: self.unscaled.saturating_abs(), scale: self.scale }
    }

    /// Numeric order, whatever the scales.
    pub(super) fn compare(self, other: Self) -> Ordering {
        match aligned(self, other) {
            Some((left, right, _)) => left.cmp(&right),
            None => self.to_double().partial_cmp(&other.to_double()).unwrap_or(Ordering::Equal),
        }
    }

    /// The text as `BigDecimal` writes it: plain, with an exponent only for very small and for
    /// negatively scaled numbers. It is a JSON number.
    pub(super) fn to_text(self) -> String {
        let digits = self.unscaled.unsigned_abs().to_string();
        let sign = if self.unscaled < 0 { "-" } else { "" };
        let exponent = digits.len() as i32 - 1 - self.scale;
        if self.scale < 0 || exponent < -6 {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            return format!("{sign}{first}{point}{rest}E{exponent:+}");
        }
        let places = self.scale as usize;
        if places == 0 {
            return format!("{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        format!("{sign}{whole}.{fraction}")
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self { unscaled: value.into(), scale: 0 }
    }
}

/// Both numbers at the larger of their scales.
fn aligned(left: Decimal, right: Decimal) -> Option<(i128, i128, i32)> {
    let scale = left.scale.max(right.scale);
    let raise = |number: Decimal| {
        if number.unscaled == 0 {
            return Some(0);
        }
        number.unscaled.checked_mul(power_of_ten(scale - number.scale)?)
    };
    Some((raise(left)?, raise(right)?, scale))
}

fn power_of_ten(exponent: i32) -> Option<i128> {
    10_i128.checked_pow(u32::try_from(exponent).ok()?)
}

fn divide_rounded(numerator: i128, denominator: i128, rounding: Rounding) -> Option<i128> {
    let quotient = numerator.checked_div(denominator)?;
    let remainder = numerator.checked_rem(denominator)?;
    if remainder == 0 {
        return Some(quotient);
    }
    let away = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
    let step = match rounding {
        Rounding::Ceiling => away.max(0),
        Rounding::Floor => away.min(0),
        Rounding::HalfUp => {
            let half = remainder.unsigned_abs() >= denominator.unsigned_abs().div_ceil(2);
            if half { away } else { 0 }
        }
    };
    quotient.checked_add(step)
}

/// The text of a double as Java writes it: always a decimal place, an exponent from ten million
/// and below a thousandth. Finite values give a JSON number.
pub(super) fn double_text(value: f64) -> String {
    if !value.is_finite() {
        return crate::message::double_to_text(value);
    }
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        return format!("{value:?}");
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let place = if mantissa.contains('.') { "" } else { ".0" };
    format!("{mantissa}{place}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn keeps_the_digits_as_written() {
        for text in ["0", "-0.0", "5.50", "12345678901234567890.123", "1E+5", "1.5E-10", "0.000001"]
        {
            let expected =
                text.strip_prefix("-0").map_or_else(|| text.to_owned(), |t| format!("0{t}"));
            assert_eq!(decimal(text).to_text(), expected, "{text}");
        }
        for text in ["", "-", ".", "1.2.3", "0x10", "1e", "NaN", "1e999999", &"9".repeat(40)] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn calculates_like_big_decimal() {
        type Operation = fn(Decimal, Decimal) -> Option<Decimal>;
        let rows: &[(&str, Operation, &str, Option<&str>)] = &[
            ("5.5", Decimal::add, "3.5", Some("9.0")),
            ("0.1", Decimal::add, "0.2", Some("0.3")),
            ("2.50", Decimal::add, "1", Some("3.50")),
            ("5.5", Decimal::subtract, "3", Some("2.5")),
            ("5.5", Decimal::multiply, "3.5", Some("19.25")),
            ("10", Decimal::divide, "4.0", Some("3")),
            ("10.0", Decimal::divide, "3", Some("3.3")),
            ("10.00", Decimal::divide, "-3", Some("-3.33")),
            ("1", Decimal::divide, "1E+2", Some("0")),
            ("0.25", Decimal::divide, "0.1", Some("2.50")),
            ("1", Decimal::divide, "0.0", None),
            ("5.5", Decimal::remainder, "3.5", Some("2.0")),
            ("-5.5", Decimal::remainder, "3", Some("-2.5")),
            ("5", Decimal::remainder, "0", None),
            ("99999999999999999999999999999999999999", Decimal::multiply, "10", None),
        ];
        for (left, operation, right, expected) in rows {
            let result = operation(decimal(left), decimal(right)).map(Decimal::to_text);
            assert_eq!(result.as_deref(), *expected, "{left} {right}");
        }
    }

    #[test]
    fn rounds_and_compares() {
        for (text, places, rounding, expected) in [
            ("5.9", 0, Rounding::Floor, "5"),
            ("-5.4", 0, Rounding::Floor, "-6"),
            ("-5.4", 0, Rounding::Ceiling, "-5"),
            ("5.1", 0, Rounding::Ceiling, "6"),
            ("2.345", 2, Rounding::HalfUp, "2.35"),
            ("-2.345", 2, Rounding::HalfUp, "-2.35"),
            ("2.344", 2, Rounding::HalfUp, "2.34"),
            ("2", 3, Rounding::HalfUp, "2.000"),
        ] {
            assert_eq!(decimal(text).with_scale(places, rounding).unwrap().to_text(), expected);
        }
        assert_eq!(decimal("2.50").compare(decimal("2.5")), Ordering::Equal);
        assert_eq!(decimal("-1").compare(decimal("0.5")), Ordering::Less);
        assert_eq!(decimal("1E+300").compare(decimal("1E-300")), Ordering::Greater);
    }

    #[test]
    fn writes_doubles_as_java_does() {
        for (value, expected) in [
            (0.0, "0.0"),
            (8.0, "8.0"),
            (-2.5, "-2.5"),
            (0.001, "0.001"),
            (0.000_1, "1.0E-4"),
            (9_999_999.0, "9999999.0"),
            (10_000_000.0, "1.0E7"),
            (123_456_789.5, "1.234567895E8"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
        ] {
            assert_eq!(double_text(value), expected);
        }
        assert_eq!(Decimal::from_double(2.5).map(Decimal::to_text).as_deref(), Some("2.5"));
        assert_eq!(Decimal::from_double(f64::NAN), None);
    }
}
