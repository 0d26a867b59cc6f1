//! Prints how fast the page answers: a figure a line, its name and its value. `cargo xtask bench` runs it.

fn main() {
    for (name, value) in pitr_e2e::speed::measure() {
        println!("{name} {value:.2}");
    }
}
