package dev.orrery.worker.binding.client;

import dev.orrery.client.ClientSettings;

/** A bean that changes the settings of the client before it is opened. */
@FunctionalInterface
public interface OrreryClientCustomizer {
  void customize(ClientSettings settings);
}
