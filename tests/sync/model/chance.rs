//! Chance that can be had again.

/// A generator (xorshift64*): what a seed leads to must not change with a library.
pub struct Chance(u64);

impl Chance {
    pub fn of(seed: u64) -> Self {
        Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    /// So many times of a hundred.
    pub fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }

    pub fn one_of<T: Clone>(&mut self, things: &[T]) -> Option<T> {
        let limit = u64::try_from(things.len()).unwrap();
        (limit > 0).then(|| things[usize::try_from(self.below(limit)).unwrap()].clone())
    }
}
