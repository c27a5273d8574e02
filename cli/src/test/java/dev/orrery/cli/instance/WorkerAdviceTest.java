package dev.orrery.cli.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.FakeScheduler;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.stack.RunningStack;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerAdviceTest {
  @TempDir private Path files;

  private final FakeScheduler scheduler = new FakeScheduler();

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void suggestsRestartOfLocalStackWithAgentsForAllApps() {
    scheduler.on(
        "GET /workers?limit=500", 200, "{\"items\":[{\"app\":\"demo\"},{\"app\":\"demo\"}]}");
    new RunningStack(
            scheduler.url(),
            Map.of(RunningStack.SCHEDULER, RunningStack.Member.of(ProcessHandle.current())))
        .write(files);

    assertThat(advice(false)).isEqualTo("./orrery stop, then ./orrery up --app billing --app demo");
    assertThat(advice(true)).contains("./orrery powerjob open billing");
  }

  @Test
  void suggestsStartOfAgentForOtherScheduler() {
    assertThat(advice(false))
        .isEqualTo(
            "start a worker (an agent) for app billing, with a token created by: ./orrery token"
                + " create -a billing --role worker");
  }

  private String advice(boolean forPowerJob) {
    return WorkerAdvice.of(
        new SchedulerClient(URI.create(scheduler.url()), "t"), files, "billing", forPowerJob);
  }
}
