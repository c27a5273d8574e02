package dev.orrery.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that a console session is valid at both replicas, and ends at both. */
@Tag("thorough")
@AtNight
class ConsoleReplicasIT {
  /** The five seconds of docs/console.md, plus one second for the calls. */
  private static final Duration BOUND = Duration.ofSeconds(6);

  private static final String ENDED = "401";

  @RegisterExtension
  static final ConsoleSetup CONSOLE = ConsoleSetup.withTwoSchedulers("console-replicas");

  /** Opens a window at the other scheduler with the session and page of this one. */
  private static Window atOther(Window window) {
    Window other = CONSOLE.windowAt(CONSOLE.otherOrigin());
    other.takeSession(window);
    other.open("apps/" + Stack.APP + "/workers");
    other.awaitTitle("Workers");
    assertThat(other.sessionStatus()).isEqualTo(200);
    return other;
  }

  private static void assertEndsAt(Window other) {
    Await.until("the session has ended", BOUND, () -> other.sessionStatus() == 401);
    assertThat(other.button("Sign in")).isVisible();
    other.expectFaults(ENDED);
  }

  @Test
  void endsSessionAtBothReplicasOnSignOut() {
    Window window = CONSOLE.window();
    window.signIn(CONSOLE.api().token());
    Window other = atOther(window);

    window.page().locator(".side .menu summary").click();
    window.button("Sign out").click();

    assertThat(window.button("Sign in")).isVisible();
    assertEndsAt(other);
  }

  @Test
  void endsSessionsAtBothReplicasOnTokenRevocation() throws IOException {
    JsonNode token =
        CONSOLE
            .api()
            .call("POST", "/apps/" + Stack.APP + "/tokens", "{\"role\":\"operator\"}")
            .body();
    Window window = CONSOLE.window();
    window.signIn(token.get("token").asText());
    Window other = atOther(window);

    CONSOLE
        .api()
        .call("DELETE", "/apps/" + Stack.APP + "/tokens/" + token.get("id").asText(), null);

    assertThat(window.sessionStatus()).isEqualTo(401);
    assertThat(window.button("Sign in")).isVisible();
    window.expectFaults(ENDED);
    assertEndsAt(other);
  }

  @Test
  void acceptsSessionAtSecondReplicaWithoutNewSignIn() {
    CONSOLE.api().putJob(Stack.APP, "shared", "{\"processor\":{\"type\":\"noop\"}}");
    Window window = CONSOLE.window();
    window.signIn(CONSOLE.api().token());
    Window other = atOther(window);

    other.open("apps/" + Stack.APP + "/jobs/shared");
    other.button("Run now").click();
    other.dialogButton("Run now").click();

    assertThat(other.page().locator(".toast a")).isVisible();
    assertThat(CONSOLE.api().instances(Stack.APP, "shared")).hasSize(1);
  }
}
