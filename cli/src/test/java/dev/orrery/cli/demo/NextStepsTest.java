package dev.orrery.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.local.InstallLayout;
import dev.orrery.cli.local.StackPorts;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextStepsTest {
  private static final Path ROOT = Path.of("/opt/orrery");

  @Test
  void suggestsApplyBeforeRun() {
    assertThat(commands(ROOT, "demo"))
        .containsExactly(
            "./orrery apply -f examples/jobs.yaml",
            "./orrery run greet -a demo -p name=me --follow",
            "./orrery ps --watch -a demo");
  }

  @Test
  void printsAbsolutePathsOutsideInstallDirectory() {
    assertThat(commands(Path.of("/home/me"), "demo"))
        .contains("/opt/orrery/orrery apply -f /opt/orrery/examples/jobs.yaml")
        .allMatch(command -> command.startsWith("/opt/orrery/orrery "));
  }

  @Test
  void omitsExampleJobsForAppOtherThanDemo() {
    assertThat(commands(ROOT, "shop"))
        .contains("./orrery ps --watch -a shop")
        .noneMatch(command -> command.contains("greet") || command.contains("examples"));
  }

  @Test
  void printsStopCommandForAnyWorkingDirectory() {
    assertThat(steps(ROOT, "demo").stop()).isEqualTo("./orrery stop");
    assertThat(steps(Path.of("/home/me"), "demo").stop()).isEqualTo("/opt/orrery/orrery stop");
  }

  private static List<String> commands(Path directory, String app) {
    return steps(directory, app).commands();
  }

  private static NextSteps steps(Path directory, String app) {
    return NextSteps.of(
        new InstallLayout(ROOT, directory.resolve(".orrery")), StackPorts.DEFAULT, app);
  }
}
