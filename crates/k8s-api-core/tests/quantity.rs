//! Quantities by their laws: what prints reads as the same amount, order and sums agree, nothing panics.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::cmp::Ordering;

use k8s_api_core::Quantity;
use proptest::prelude::*;

/// Amounts whose sums fit into 128 bits, in billionths: what does not is no sum (`checked_add`).
fn quantity() -> impl Strategy<Value = Quantity> {
    let texts = r"-?[0-9]{1,10}(\.[0-9]{0,9})?(n|u|m||k|M|G|T|P|E|Ki|Mi|Gi|Ti|e[0-9]|e-[0-9])";
    texts.prop_map(|text| text.parse().unwrap())
}

proptest! {
    #[test]
    fn the_canonical_spelling_is_the_same_amount(quantity in quantity()) {
        let canonical = quantity.canonical();
        let again: Quantity = canonical.parse().unwrap();
        prop_assert_eq!(&again, &quantity);
        prop_assert_eq!(again.canonical(), canonical);
    }

    #[test]
    fn order_and_sums_agree(a in quantity(), b in quantity()) {
        // A billionth beside an exa is more digits than there are.
        let difference = a.checked_sub(&b);
        prop_assume!(difference.is_some());
        let difference = difference.unwrap();
        prop_assert_eq!(difference.cmp(&Quantity::default()), a.cmp(&b));
        prop_assert_eq!(b.cmp(&a), a.cmp(&b).reverse());
        prop_assert_eq!(&difference.checked_add(&b).unwrap(), &a);
        if a.cmp(&b) == Ordering::Less {
            prop_assert!(a.to_f64() <= b.to_f64());
        }
    }

    #[test]
    fn no_text_panics(text in r"[-+0-9.eEinumkKMGTP]{0,48}|\PC{0,8}") {
        if let Ok(quantity) = text.parse::<Quantity>() {
            prop_assert_eq!(quantity.to_string(), text);
            let _ = (quantity.canonical(), quantity.value(), quantity.milli_value(), quantity.to_f64());
            let _ = quantity.checked_add(&quantity);
        }
    }
}

#[test]
fn a_sum_beyond_all_bounds_is_none() {
    let [large, small] = ["200000000000E", "1n"].map(|text| text.parse::<Quantity>().unwrap());
    assert_eq!(large.checked_sub(&small), None);
    assert!(large > small);
}
