package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.SmallDisk;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests a full disk; needs root, for a small file system. */
@Tag("thorough")
@AtNight
class FullDiskIT {

  @Test
  void refusesDataDirectoryOnNearlyFullDisk() throws Exception {
    try (Stack stack = new Stack("full-start");
        SmallDisk disk = mount(stack.dataDir(), "40m")) {
      ProgramProcess scheduler = stack.launchScheduler();
      assertThat(scheduler.awaitExit(Duration.ofSeconds(30))).isNotZero();
      assertThat(scheduler.output())
          .contains("cannot start")
          .contains("nearly full")
          .contains(disk.path().toString());
    }
  }

  @Test
  void keepsAcknowledgedInstancesAfterFullDisk() throws Exception {
    try (Stack stack = new Stack("full-run");
        SmallDisk disk = mount(stack.dataDir(), "400m")) {
      ProgramProcess scheduler = stack.startScheduler();
      stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
      List<String> acknowledged = new ArrayList<>();
      Path filler = disk.fill();
      int refused = submitUntilRefused(stack, scheduler, acknowledged);

      Files.delete(filler);
      scheduler.kill();
      stack.startScheduler();
      stack.startAgent();

      System.out.printf(
          "FullDiskIT: %d acknowledged while the disk was full, then %d refused%n",
          acknowledged.size(), refused);
      assertThat(refused).isPositive();
      assertThat(acknowledged).isNotEmpty();
      for (String id : acknowledged) {
        stack.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(20));
      }
      String next = stack.api().run(Stack.APP, "noop");
      stack.api().awaitState(next, "SUCCEEDED", Duration.ofSeconds(10));
    }
  }

  /**
   * Submits until a call is refused. A database without disk space either refuses single
   * statements, or ends if its log is full; then the service restarts it until it gives up. Returns
   * the number of refused calls.
   */
  private static int submitUntilRefused(
      Stack stack, ProgramProcess scheduler, List<String> acknowledged)
      throws InterruptedException {
    int refused = 0;
    for (int i = 0; i < 300 && refused < 3; i++) {
      try {
        refused += submit(stack, acknowledged) ? 0 : 1;
      } catch (IOException e) {
        assertThat(scheduler.output()).contains("Embedded database died");
        return refused + 1;
      }
    }
    return refused;
  }

  /** Returns false if it was refused. */
  private static boolean submit(Stack stack, List<String> acknowledged) throws IOException {
    Api.Answer answer =
        stack
            .api()
            .call(
                "POST",
                "/apps/" + Stack.APP + "/instances",
                "{\"instances\":[{\"job\":\"noop\",\"count\":2000}]}");
    if (answer.status() == 202) {
      acknowledged.add(answer.body().get("ids").get(0).asText());
      return true;
    }
    assertThat(answer.status()).isEqualTo(503);
    if (!answer.body().has("code")) {
      throw new IOException("The database died: the service answers without a body");
    }
    assertThat(answer.body().get("code").asText()).isEqualTo("UNAVAILABLE");
    Await.pass(Duration.ofMillis(200));
    return false;
  }

  private static SmallDisk mount(Path path, String size) throws IOException {
    Optional<SmallDisk> disk = SmallDisk.mount(path, size);
    if (disk.isEmpty()) {
      System.out.println(
          "SKIPPED FullDiskIT: a small file system cannot be mounted here (needs root)");
    }
    assumeTrue(disk.isPresent(), "needs root");
    return disk.get();
  }
}
