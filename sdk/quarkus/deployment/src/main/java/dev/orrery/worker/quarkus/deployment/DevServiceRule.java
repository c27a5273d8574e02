package dev.orrery.worker.quarkus.deployment;

import io.quarkus.runtime.LaunchMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/**
 * Decides whether dev mode or tests start a scheduler of their own.
 *
 * @param settings of the application
 */
record DevServiceRule(Config settings, LaunchMode mode) {
  private static final String DEFAULT_APP = "dev";

  /** By each of these, the application says which scheduler it uses. */
  private static final List<String> CONNECTIONS =
      List.of(
          "orrery.worker.server",
          "orrery.worker.token",
          "orrery.worker.token-file",
          "orrery.worker.declare-server",
          "orrery.worker.declare-token",
          "orrery.worker.declare-token-file",
          "orrery.client.server",
          "orrery.client.token",
          "orrery.client.token-file");

  /** The same of named workers, also as variables. */
  private static final Pattern NAMED =
      Pattern.compile("(?i)orrery.worker.named.+[._](declare[-_])?(server|token|token[-_]file)");

  /**
   * @param enabled what the user has set
   */
  boolean wantsScheduler(Optional<Boolean> enabled) {
    return enabled.orElseGet(this::runsWorker)
        && CONNECTIONS.stream().noneMatch(this::isSet)
        && StreamSupport.stream(settings.getPropertyNames().spliterator(), false)
            .noneMatch(name -> NAMED.matcher(name).matches());
  }

  /** As the worker itself decides. */
  private boolean runsWorker() {
    return settings
        .getOptionalValue("orrery.worker.enabled", Boolean.class)
        .orElse(mode != LaunchMode.TEST);
  }

  /** Also by a text that is empty or cannot be expanded: it hides the value of the service. */
  private boolean isSet(String name) {
    return settings.getConfigValue(name).getRawValue() != null;
  }

  /** Returns the app of the worker. */
  String app() {
    return settings.getOptionalValue("orrery.worker.app", String.class).orElse(DEFAULT_APP);
  }
}
