package dev.orrery.client;

import java.util.List;
import java.util.Optional;

/**
 * The capabilities that an instance needs and no connected worker of its app has.
 *
 * @param processor empty if a worker offers it
 * @param tags the required tags that no worker with the processor has
 */
public record MissingCapabilities(Optional<String> processor, List<String> tags) {
  static MissingCapabilities of(Fields json) {
    return new MissingCapabilities(json.optionalText("processor"), json.textList("tags"));
  }
}
