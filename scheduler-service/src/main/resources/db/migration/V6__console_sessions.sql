-- Sessions of browsers, and the one-time links that open one; the secrets themselves are in no row.
create table console_session (
  hash bytea primary key,
  token_hash bytea not null,
  link boolean not null default false,
  created_at timestamptz not null default statement_timestamp(),
  expires_at timestamptz not null
);
comment on column console_session.hash is 'SHA-256 of the id in the cookie, or of the link';
comment on column console_session.token_hash is 'SHA-256 of the token that it stands for: of an app, or the configured one';
comment on column console_session.link is 'Opens a session once, and is none itself';

-- The oldest of a token go when there are too many.
create index console_session_of_token on console_session (token_hash, link, created_at);
-- Housekeeping deletes what has expired.
create index console_session_by_expiry on console_session (expires_at);
