-- Inner flows may grow after the outer one was written, so nodes are counted when they start.
alter table parent_instance
  add column outermost bigint,
  add column nested_nodes integer not null default 0;
comment on column parent_instance.outermost is 'For a flow in a flow, the outermost one around it';
comment on column parent_instance.nested_nodes is 'Of an outermost flow, the nodes of all flows in it that were started';
