package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.SignatureCheck;
import dev.orrery.testing.WebhookReceiver;
import dev.orrery.testing.WebhookReceiver.Received;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Checks that every known failure is notified once, by one replica, whichever process is killed.
 */
@Tag("thorough")
@AtNight
class NotificationIT {
  private static final String FAILS = "{\"processor\":{\"type\":\"shell\",\"script\":\"exit 1\"}}";

  private static String[] options() {
    List<String> options = new ArrayList<>(List.of(Leases.options()));
    options.add("-Dorrery.notifications.allowed-networks=127.0.0.1/32");
    options.add("-Dorrery.notifications.backoff=500ms");
    return options.toArray(new String[0]);
  }

  /** Returns its secret. */
  private static String putWebhook(Stack stack, WebhookReceiver receiver) throws IOException {
    Api.Answer made =
        stack
            .api()
            .call(
                "PUT",
                "/apps/" + Stack.APP + "/webhooks/ops",
                "{\"url\":\"" + receiver.url() + "\",\"events\":[\"failed\"]}");
    assertThat(made.status()).isEqualTo(201);
    return made.body().get("secret").asText();
  }

  private static Set<String> jobs(WebhookReceiver receiver) {
    return receiver.received().stream().map(Received::job).collect(Collectors.toSet());
  }

  private static void awaitJobs(WebhookReceiver receiver, Set<String> expected) {
    Await.until(
        "all of " + expected + " are told",
        Duration.ofSeconds(90),
        () -> jobs(receiver).containsAll(expected));
  }

  @Test
  void notifiesOfEveryShownFailureDespiteSchedulerKill() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver();
        Stack stack = new Stack("notify-kill", options())) {
      ProgramProcess scheduler = stack.startScheduler();
      stack.startAgent();
      putWebhook(stack, receiver);
      Set<String> failed = new HashSet<>();

      for (int round = 0; round < 3; round++) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          String job = "fails-" + round + "-" + i;
          stack.api().putJob(Stack.APP, job, FAILS);
          ids.add(stack.api().run(Stack.APP, job));
          failed.add(job);
        }
        for (String id : ids) {
          stack.api().awaitState(id, "FAILED", Duration.ofSeconds(30));
        }
        scheduler.kill();
        scheduler = stack.startScheduler();
      }

      awaitJobs(receiver, failed);
      assertThat(jobs(receiver)).isEqualTo(failed);
    }
  }

  @Tag("builds")
  @Test
  void signsWebhookMessageAndResendsAfterFailure() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver().answering(500);
        Stack stack = new Stack("notify-signed", options())) {
      stack.startScheduler();
      String secret = putWebhook(stack, receiver);
      stack.api().call("POST", "/apps/" + Stack.APP + "/webhooks/ops/test", null);

      Await.until(
          "the message has come twice",
          Duration.ofSeconds(60),
          () -> receiver.received().size() == 2);
      for (Received message : receiver.received()) {
        assertThat(isGenuine(secret, message)).isTrue();
        assertThat(isGenuine("whsec_" + "A".repeat(32), message)).isFalse();
      }
      assertThat(receiver.received()).extracting(Received::event).containsOnly("test");
      assertThat(receiver.received())
          .extracting(Received::id)
          .containsOnly(receiver.received().get(0).id());
    }
  }

  private static boolean isGenuine(String secret, Received message) throws Exception {
    return SignatureCheck.isGenuine(
        secret,
        message.id(),
        message.headers().get("webhook-timestamp"),
        message.body(),
        message.headers().get("webhook-signature"));
  }

  @Tag("builds")
  @Test
  void deliversWebhooksFromOneReplicaAndResumesAtSecondAfterKill() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver();
        Stack first = new Stack("notify-1", options());
        Postgres database = Postgres.start(first.directory());
        Stack second = new Stack("notify-2", options())) {
      ProgramProcess killed = first.startSchedulerOn(database);
      ProgramProcess other = second.startSchedulerOn(database);
      first.startAgent();
      putWebhook(first, receiver);
      Set<String> failed = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        first.api().putJob(Stack.APP, "fails-" + i, FAILS);
        first.api().run(Stack.APP, "fails-" + i);
        failed.add("fails-" + i);
      }
      awaitJobs(receiver, failed);
      Await.pass(Duration.ofSeconds(2));
      assertThat(receiver.received()).extracting(Received::id).doesNotHaveDuplicates().hasSize(20);

      receiver.forgetReceived();
      receiver.hold();
      other.pause();
      first.api().putJob(Stack.APP, "last", FAILS);
      first.api().run(Stack.APP, "last");
      Await.until(
          "the message has come, and is not answered",
          Duration.ofSeconds(20),
          () -> receiver.received().size() == 1);
      killed.kill();
      receiver.release();
      other.resume();

      Await.until(
          "the other replica has told it",
          Duration.ofSeconds(60),
          () -> receiver.received().size() >= 2);
      assertThat(receiver.received())
          .extracting(Received::id)
          .containsOnly(receiver.received().get(0).id());
      Await.until(
          "it is shown as delivered",
          Duration.ofSeconds(10),
          () ->
              second
                  .api()
                  .get("/apps/" + Stack.APP + "/webhooks/ops/deliveries?limit=1")
                  .at("/items/0/state")
                  .asText()
                  .equals("DELIVERED"));
    }
  }
}
