-- Replicas in cluster mode: each writes its own row every two seconds, and takes it away when it
-- stops. Nothing but the primary key is indexed, so that a beat stays on its page.
create table replica (
  id uuid primary key,
  address text not null,
  software text not null,
  schema_version text not null,
  protocols text[] not null,
  main_protocol text not null,
  min_version integer not null,
  max_version integer not null,
  clock_offset_millis bigint not null,
  started_at timestamptz not null,
  joined_at timestamptz not null,
  serving_since timestamptz,
  unready text[] not null,
  seen_at timestamptz not null
) with (fillfactor = 50);
comment on column replica.address is 'Host and port under which the other replicas reach its cluster port; nothing else is ever dialled';
comment on column replica.clock_offset_millis is 'Its own clock less the database''s';
comment on column replica.joined_at is 'When it came, or came back after it was not seen: of two that cannot serve together and do not serve yet, the earlier one may';
comment on column replica.serving_since is 'Null until it has been ready';
comment on column replica.unready is 'Codes; empty while it is ready';
