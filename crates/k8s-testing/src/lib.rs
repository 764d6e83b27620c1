//! An API server you can hold in one hand: for our tests and for yours.
