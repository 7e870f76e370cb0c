//! Groups of the account come, change and go.

use crate::{
    book::{Contact, Group, GroupId, change::Kind},
    plan::{GroupImage, ServerId},
    store::{read, write::Stop},
};

use super::{super::link, Pull};

impl Pull<'_, '_, '_> {
    pub(super) fn create_group(
        &mut self,
        known: Option<GroupId>,
        server: &ServerId,
        image: &GroupImage,
    ) -> Result<bool, Stop> {
        let id = known.unwrap_or_else(|| self.w.group_id());
        if known.is_some() && read::group(&self.w.transaction, id)?.is_some() {
            return Ok(false);
        }
        let Some(facts) = self.group_facts(server, image) else { return Ok(false) };
        let (account, kind) = (self.account, Kind::Group);
        let row = link::Row::<GroupImage> { account, kind, id: id.0, server, superseded: &[], image: None, facts };
        if !self.put_link(&row, None)? {
            return Ok(false);
        }
        let group = Group { group_type: image.group_type, ..Group::new(id, account.clone(), &image.name) };
        self.w.create_group(&group)?;
        if known.is_none() {
            self.w.agrees(id.0);
        }
        self.tally.new += 1;
        Ok(true)
    }

    pub(super) fn update_group(&mut self, id: GroupId, image: &GroupImage, theirs: &GroupImage) -> Result<bool, Stop> {
        let Some(before) = self.untouched_group(id)? else { return Ok(false) };
        let Some((_, linked)) = link::of::<_, GroupImage>(&self.w.transaction, id.0, GroupId)? else {
            return Ok(false);
        };
        let Some(facts) = self.group_facts(&linked.server, theirs) else { return Ok(false) };
        let (account, kind, server, superseded) = (self.account, Kind::Group, &linked.server, &linked.superseded[..]);
        self.put_link(&link::Row { account, kind, id: id.0, server, superseded, image: Some(theirs), facts }, None)?;
        let after = Group { name: image.name.clone(), group_type: image.group_type, ..before.clone() };
        self.w.replace_group(&before, &after)?;
        self.tally.changed += 1;
        Ok(true)
    }

    /// Its members stay; that they leave it has been said by other steps, so that only those of the trash are left.
    pub(super) fn delete_group(&mut self, id: GroupId) -> Result<bool, Stop> {
        let Some(group) = self.untouched_group(id)? else { return Ok(false) };
        let members = read::members(&self.w.transaction, id)?;
        if members.iter().any(|member| member.trashed.is_none()) {
            return Ok(false);
        }
        for before in members {
            let groups = before.groups.iter().copied().filter(|group| *group != id).collect();
            self.w.replace(&before, Contact { groups, ..before.clone() })?;
        }
        self.w.erase_group(&group)?;
        self.tally.gone += 1;
        self.unlink(Kind::Group, id.0)
    }

    fn untouched_group(&self, id: GroupId) -> Result<Option<Group>, Stop> {
        if self.is_touched(id.0)? {
            return Ok(None);
        }
        Ok(read::group(&self.w.transaction, id)?.filter(|group| group.account == *self.account))
    }
}
