-- The password of an app's clients of PowerJob; without one, no client call works.
alter table powerjob_app
  add column client_salt bytea,
  add column client_rounds integer,
  add column client_password bytea,
  add column client_id bytea,
  add constraint powerjob_app_client check (num_nulls(client_salt, client_rounds, client_password, client_id) in (0, 4));
comment on column powerjob_app.client_rounds is 'Of PBKDF2, so that passwords from before a change of their number work';
comment on column powerjob_app.client_password is 'The first half of PBKDF2 over the password';
comment on column powerjob_app.client_id is 'The hash of the secret number that clients send as appId';

-- The newest retry of a run that a client of PowerJob retried: it keeps asking for the first one.
create table powerjob_retry (
  id bigint primary key,
  instance_id bigint not null
);
comment on column powerjob_retry.id is 'The number that the client has, of a run that has ended';
