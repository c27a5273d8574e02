package dev.orrery.agent.startup;

import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.shutdown.ShutdownConfig;
import io.quarkus.runtime.shutdown.ShutdownListener;
import io.quarkus.runtime.shutdown.ShutdownRecorder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Drains the worker before Quarkus closes the management port, so that health and metrics remain
 * available during the drain; {@code ShutdownEvent} would be too late. Quarkus offers this hook to
 * its extensions only; the agent is an application, and replaces their listeners, which all wait
 * for requests.
 */
final class DrainListener implements ShutdownListener {
  private final AgentLifecycle lifecycle;

  private DrainListener(AgentLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  static void install(AgentLifecycle lifecycle) {
    new ShutdownRecorder(new RuntimeValue<>(new NoDelay()))
        .setListeners(List.of(new DrainListener(lifecycle)), false);
  }

  @Override
  public void preShutdown(ShutdownNotification notification) {
    try {
      lifecycle.closeWorker();
    } finally {
      notification.done();
    }
  }

  private static final class NoDelay implements ShutdownConfig {
    @Override
    public Optional<Duration> timeout() {
      return Optional.empty();
    }

    @Override
    public Optional<Duration> delay() {
      return Optional.empty();
    }
  }
}
