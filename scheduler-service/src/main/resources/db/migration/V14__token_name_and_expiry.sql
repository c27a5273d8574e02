-- Nullable, so that a replica of the old release can create tokens during the upgrade. It accepts a
-- token beyond its expiry.
alter table token
  add column name text,
  add column expires_at timestamptz;
comment on column token.name is 'For people; need not be unique';
comment on column token.expires_at is 'The token is refused from then on; null if it does not expire';
