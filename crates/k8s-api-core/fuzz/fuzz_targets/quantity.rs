//! Any two texts as quantities: what prints reads as the same amount, and order and difference agree.

#![no_main]

use k8s_api_core::Quantity;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let (Ok(a), Ok(b)) = (texts.0.parse::<Quantity>(), texts.1.parse::<Quantity>()) else {
        return;
    };
    // An exponent may be of any size: its spelling without one is not asked for then.
    if let Ok(again) = a.canonical().parse::<Quantity>() {
        assert_eq!(again, a);
    }
    assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
    if let Some(difference) = a.checked_sub(&b) {
        assert_eq!(difference.cmp(&Quantity::default()), a.cmp(&b));
    }
    let _ = (a.value(), a.milli_value(), a.to_f64());
});
