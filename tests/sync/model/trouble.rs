//! What goes wrong while a sync is under way.

use simulator::{
    Control,
    faults::{HttpFault, KmsFault, On},
};

use super::chance::Chance;

/// What goes wrong in a sync.
pub enum Trouble {
    Nothing,
    /// These, from the beginning on.
    Faults(Vec<Control>),
    /// A call is held back, and then it is so.
    Held {
        orders: Vec<Control>,
        killed: bool,
    },
    /// It is killed after so many steps.
    Killed(u32),
}

impl Trouble {
    /// Something, or nothing.
    pub fn any(chance: &mut Chance) -> Self {
        match chance.below(20) {
            0..=6 => Self::Nothing,
            7..=12 => Self::Faults(Self::faults(chance)),
            13..=16 => {
                let place = chance.one_of(&["", "/Users/", "/Users/", "/Users/", "/kms/", "/devices"]).unwrap();
                let on = On::path(place).after(u32::try_from(chance.below(6)).unwrap());
                let carried_out = chance.percent(50);
                let mut orders = vec![Control::Http { on: on.clone(), fault: HttpFault::Hold { carried_out } }];
                if chance.percent(30) {
                    // It never arrives.
                    orders.push(Control::Http {
                        on: on.clone(),
                        fault: HttpFault::Status { status: 500, retry_after: None },
                    });
                }
                if chance.percent(30) {
                    orders.push(Control::Http { on, fault: HttpFault::LoseAnswer });
                }
                Self::Held { orders, killed: chance.percent(50) }
            }
            _ => Self::Killed(u32::try_from(chance.below(14)).unwrap()),
        }
    }

    fn faults(chance: &mut Chance) -> Vec<Control> {
        let (posts, deletes, all) =
            (On::path("/Users/").method("POST"), On::path("/Users/").method("DELETE"), On::path("/Users/"));
        let status = |status| HttpFault::Status { status, retry_after: None };
        let busy = |seconds| HttpFault::Status { status: 429, retry_after: Some(seconds) };
        let kms = |on: &str, times, status| {
            Control::Kms(KmsFault { on: on.to_owned(), times, status, error_code: None, reason: None, redirect: None })
        };
        let some = [
            (posts.clone(), HttpFault::LoseAnswer),
            (posts.clone().times(2), HttpFault::LoseAnswer),
            (posts.clone(), HttpFault::ApplyAfterGet),
            (deletes.clone(), HttpFault::LoseAnswer),
            (deletes.clone().times(4), HttpFault::LoseAnswer),
            (deletes, HttpFault::ApplyAfterGet),
            (posts.clone(), status(500)),
            (all.clone(), status(500)),
            (all.clone().times(9), status(503)),
            (all.clone(), status(403)),
            (posts.clone(), status(400)),
            (posts.clone(), status(401)),
            (all.clone().times(2), status(401)),
            (On::path("").times(2), status(401)),
            (posts, busy(1)),
            (all.clone(), busy(600)),
            (all.clone(), status(429)),
            (all.clone().method("GET"), HttpFault::ListWithout { member: "contacts".to_owned() }),
            (all.clone().method("GET"), HttpFault::ListWithout { member: "groups".to_owned() }),
            (all.method("GET"), HttpFault::PagingHint),
        ];
        let mut orders = Vec::new();
        for _ in 0..=chance.below(2) {
            let after = u32::try_from(chance.below(4)).unwrap();
            orders.push(match chance.below(30) {
                0 => kms("retrieve", 1, 0),
                1 => kms("create", 1 + after, 0),
                2 => kms("ecdhe", 1 + after, 0),
                3 => kms("retrieve", 9, 0),
                4 => kms("create", 1, 500),
                5 => kms("retrieve", 9, 503),
                6 | 7 => Control::CutSockets,
                8 => Control::ExpireKmsSessions,
                9 => Control::ForgetDevices,
                _ => {
                    let (on, fault) = chance.one_of(&some).unwrap();
                    Control::Http { on: on.after(after), fault }
                }
            });
        }
        // The same window goes on with the same socket, or begins anew, when this happens.
        if chance.percent(30) {
            orders.insert(0, Control::CutSockets);
        }
        orders
    }
}
