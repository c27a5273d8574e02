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
  void suggestsTokenAndWorkerForOtherScheduler() {
    assertThat(advice(false))
        .isEqualTo(
            "create a token with ./orrery token create -a billing --role worker, then start a"
                + " worker for app billing with it");
  }

  private String advice(boolean forPowerJob) {
    return WorkerAdvice.of(
        new SchedulerClient(URI.create(scheduler.url()), "t"), files, "billing", forPowerJob);
  }
}
