-- A name that is not the app's own waits for an admin, since workers that ask for it trust the app.
alter table powerjob_app
  add column requested_name text,
  add column reads_without_number boolean not null default false;
comment on column powerjob_app.requested_name is 'The name that an operator asks for, until an admin confirms it';
comment on column powerjob_app.reads_without_number is 'Whether clients of 4.x read runs, without the secret number that they send with all other calls';
