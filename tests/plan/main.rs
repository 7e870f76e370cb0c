//! The plan of a sync: the table of the model, every rule, and the laws.

mod brakes;
mod laws;
mod merging;
mod recognition;
mod rules;
mod table;
mod world;
