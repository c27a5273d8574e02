import {
  Configuration,
  InstancesApi,
  JobsApi,
  ProtocolApi,
  ResponseError,
  TokensApi,
  type Problem,
} from './client-typescript';

declare const process: { argv: string[]; exitCode?: number };

/** Drives a scheduler with the client that was generated from its OpenAPI document. */
const [url, token, next] = process.argv.slice(2);
const app = 'it';

function client(basePath: string): Configuration {
  return new Configuration({ basePath, accessToken: token });
}

function moment(instant: Date | null | undefined): string {
  return instant === null || instant === undefined ? 'never' : instant.toISOString().slice(0, 19) + 'Z';
}

async function main(): Promise<void> {
  const here = client(url);
  const tokens = await new TokensApi(here).listTokens({ app });
  for (const { name, expiresAt } of tokens.items) {
    console.log(`token ${name} expires ${moment(expiresAt)}`);
  }
  const instances = new InstancesApi(here);
  const runs = await instances.listInstances({ app, job: 'job' });
  for (const { state, endedAt, startedAt } of runs.items) {
    console.log(`run ${state} started ${moment(startedAt)} ended ${endedAt === null ? 'never' : 'once'}`);
  }
  const cluster = await new ProtocolApi(here).getCluster();
  for (const { lastSeenAt, clockOffset } of cluster.items) {
    console.log(`replica seen ${moment(lastSeenAt)} offset ${clockOffset ?? 'none'}`);
  }
  const jobs = new JobsApi(here);
  const document = { processor: { type: 'noop' as const } };
  const job = await jobs.putJob({ app, job: 'typed', document, dryRun: true });
  console.log(`dry run ${job.change}`);
  const canceled = await instances.cancelInstances({ app, instanceFilter: { all: true }, dryRun: true });
  console.log(`cancel would match ${canceled.matched}`);
  try {
    await jobs.previewCron({ cron: 'nonsense' });
  } catch (refused) {
    if (!(refused instanceof ResponseError)) {
      throw refused;
    }
    const problem: Problem = await refused.response.json();
    console.log(`refused ${refused.response.status} ${problem.code} ${problem.field}`);
  }
  const newer = await new TokensApi(client(next)).listTokens({ app });
  console.log(`next release: token ${newer.items[0].name} role ${newer.items[0].role}`);
}

main().catch(failure => {
  console.error(failure);
  process.exitCode = 1;
});
