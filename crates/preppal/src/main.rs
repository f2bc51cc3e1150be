//! PrepPal: practise a job interview by talking.
fn main() {}
