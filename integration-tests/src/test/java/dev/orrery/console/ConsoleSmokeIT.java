package dev.orrery.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Stack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that the console opens, signs in, runs a job and shows its log. */
class ConsoleSmokeIT {
  private static final int MAX_FILES_OF_RELOAD = 5;

  @RegisterExtension static final ConsoleSetup CONSOLE = new ConsoleSetup("console-smoke");

  @Test
  void showsRunOfJobWithItsLog() {
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "greet",
            "{\"processor\":{\"type\":\"shell\",\"command\":[\"echo\",\"hello, you\"]}}");
    String run = CONSOLE.api().run(Stack.APP, "greet");
    Window window = CONSOLE.window();

    window.signIn(CONSOLE.api().token());
    window.link("Runs").click();
    window.awaitTitle("Runs");
    window.row("greet").click();

    window.awaitRun(run);
    window.awaitRunState("Succeeded");
    window.awaitText("hello, you");
    window.assertQuiet();
    assertThat(AccessibilityCheck.faults(window.page(), "a run")).isEmpty();
  }

  @Test
  void requestsFewFilesOnReload() {
    Window window = CONSOLE.window();
    window.startSession(CONSOLE.api().token());
    window.open("apps/" + Stack.APP);
    window.awaitTitle("Overview");
    int first = window.filesAskedFor();

    window.page().reload();
    window.awaitTitle("Overview");

    int again = window.filesAskedFor();
    System.out.println("files of the first load: " + first + ", of a reload: " + again);
    assertThat(first).isGreaterThan(MAX_FILES_OF_RELOAD);
    assertThat(again).isBetween(1, MAX_FILES_OF_RELOAD);
  }
}
