//! The study's entry. Everything is in the library.

fn main() {
    pitr_web::start_study();
}
