package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a user who waits for the log or the end of an instance why the instance is waiting. It does
 * not repeat the same reason.
 */
final class WaitingNotice implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final SchedulerClient client;
  private final String path;
  private final CommandOutput view;
  private final Duration period;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "orrery-waiting-notice");

  WaitingNotice(SchedulerClient client, String instance, CommandOutput view) {
    this(client, instance, view, PERIOD);
  }

  WaitingNotice(SchedulerClient client, String instance, CommandOutput view, Duration period) {
    this.client = client;
    this.path = InstancePath.of(instance);
    this.view = view;
    this.period = period;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    String noted = "";
    try {
      while (!closed.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
        JsonNode instance = client.get(path).body();
        if (InstanceText.isTerminal(instance)) {
          return;
        }
        String code = InstanceText.text(instance, "waitingFor");
        if (!code.isEmpty() && !code.equals(noted) && closed.getCount() > 0) {
          view.note("waits: " + InstanceText.waitingFor(instance, view.times()) + fix(instance));
        }
        noted = code;
      }
    } catch (ApiException e) {
      // The follower meets the same outage or refusal, and reports it.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String fix(JsonNode instance) {
    return InstanceText.text(instance, "waitingFor").equals("NO_WORKER")
        ? ". Fix: "
            + WorkerAdvice.of(
                client, InstanceText.text(instance, "app"), WorkerAdvice.isForPowerJob(instance))
        : "";
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
