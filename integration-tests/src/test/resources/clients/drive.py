"""Drives a scheduler with the client that was generated from its OpenAPI document."""

import sys

from orrery_client import (
    ApiClient,
    ApiException,
    Configuration,
    InstanceFilter,
    InstancesApi,
    Job,
    JobsApi,
    NoopProcessor,
    Processor,
    ProtocolApi,
    TokensApi,
)

APP = "it"


def client(url, token):
    return ApiClient(Configuration(host=url, access_token=token))


def moment(instant):
    return "never" if instant is None else instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def main(url, token, following):
    here = client(url, token)
    for each in TokensApi(here).list_tokens(APP).items:
        print(f"token {each.name} expires {moment(each.expires_at)}")
    instances = InstancesApi(here)
    for run in instances.list_instances(APP, job="job").items:
        ended = "never" if run.ended_at is None else "once"
        print(f"run {run.state.value} started {moment(run.started_at)} ended {ended}")
    for replica in ProtocolApi(here).get_cluster().items:
        print(f"replica seen {moment(replica.last_seen_at)} offset {replica.clock_offset or 'none'}")
    jobs = JobsApi(here)
    job = Job(processor=Processor(NoopProcessor(type="noop")))
    print(f"dry run {jobs.put_job(APP, 'typed', document=job, dry_run=True).change.value}")
    canceled = instances.cancel_instances(APP, InstanceFilter(all=True), dry_run=True)
    print(f"cancel would match {canceled.matched}")
    try:
        jobs.preview_cron("nonsense")
    except ApiException as refused:
        print(f"refused {refused.status} {refused.data.code.value} {refused.data.var_field}")
    try:
        newer = TokensApi(client(following, token)).list_tokens(APP).items[0]
        print(f"next release: token {newer.name} role {newer.role}")
    except ValueError as unknown:
        print(f"next release: {type(unknown).__name__}")


main(*sys.argv[1:])
