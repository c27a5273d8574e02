alter table token alter column id drop identity if exists;
alter table token alter column id set default new_instance_id();
