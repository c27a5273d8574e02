-- Null for all other instances, whose rows stay as long as they were.
alter table instance_history add column parent_id bigint;
comment on column instance_history.parent_id is 'The flow that waited for this one';
comment on column instance.parent_id is 'The instance that waits for this one: of which it is a part, or a node';

alter table parent_instance
  add column flow boolean not null default false,
  add column depth smallint not null default 1;
comment on column parent_instance.flow is 'Whether it has nodes, which are in flow_node, instead of parts';
comment on column parent_instance.depth is '1, or for a flow in a flow one more than that of the outer one';

create table flow_node (
  flow_id bigint not null,
  name text not null,
  job text not null,
  state smallint not null,
  instance_id bigint,
  result text,
  error text,
  reused boolean not null default false,
  primary key (flow_id, name)
) partition by range (flow_id);
comment on table flow_node is 'Nodes of instances that are flows; what they need is in the document of the flow';
comment on column flow_node.job is 'Its job, which is looked up when the node starts';
comment on column flow_node.state is '0 waits for other nodes, 3 started; terminal states as in instance_history';
comment on column flow_node.instance_id is 'The run of the node; null if it has none';
comment on column flow_node.result is 'What its run returned, if it succeeded';
comment on column flow_node.error is 'Why it failed without a run';
comment on column flow_node.reused is 'Whether a retry kept it from the flow that it retries';

create table flow_node_default partition of flow_node default;

-- Nodes that are parents themselves, which may not wait behind others.
create index instance_ready_node on instance (lane_id, id)
  where parent_id is not null and part is null and state = 1;
